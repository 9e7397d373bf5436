/** Bytes of one line that are kept; what follows, up to the newline, is dropped and the line says so. */
export const MAX_LINE_BYTES = 16 * 1024

const CUT = ' … [cut: the line is longer than 16 KiB]'
const NEWLINE = 0x0a
const RETURN = 0x0d

export interface LineSplitter {
  /** Take the next bytes of the stream; every line that ends in them is given out before this returns. */
  push(chunk: Uint8Array): void
  /** The stream has ended: give out a last line that had no newline. Idempotent. */
  end(): void
}

/**
 * Makes lines of a byte stream. A line is given without its `\n` or `\r\n`. The bytes of a line are decoded
 * together, so a character that was split between two chunks is whole again; bytes that are not UTF-8 become
 * U+FFFD. A line that outgrows MAX_LINE_BYTES is given out at that moment, not at its end, which may be far or
 * never: so at most one capped line is held, whatever the stream does.
 */
export function lineSplitter(onLine: (text: string) => void): LineSplitter {
  let held: Uint8Array[] = []
  let heldBytes = 0
  /** The present line was given out already, cut; its rest is passed over. */
  let skipping = false

  function hold(part: Uint8Array): void {
    held.push(part)
    heldBytes += part.length
  }

  function take(last: Uint8Array): string {
    const all = held.length === 0 ? asBuffer(last) : Buffer.concat([...held, last])
    const bytes = all.at(-1) === RETURN ? all.subarray(0, -1) : all
    held = []
    heldBytes = 0
    return bytes.length > MAX_LINE_BYTES
      ? wholeCharacters(bytes.subarray(0, MAX_LINE_BYTES)) + CUT
      : bytes.toString('utf8')
  }

  return {
    push(chunk) {
      let from = 0
      while (from < chunk.length) {
        const newline = chunk.indexOf(NEWLINE, from)
        const end = newline < 0 ? chunk.length : newline
        if (!skipping) {
          // Two bytes over the cap tell a longer line from one of exactly the cap and its `\r`.
          const part = chunk.subarray(from, Math.min(end, from + MAX_LINE_BYTES + 2 - heldBytes))
          if (newline >= 0) onLine(take(part))
          else if (heldBytes + part.length >= MAX_LINE_BYTES + 2) {
            skipping = true
            onLine(take(part))
          } else if (part.length > 0) hold(Uint8Array.from(part))
        }
        if (newline < 0) return
        skipping = false
        from = newline + 1
      }
    },
    end() {
      if (heldBytes > 0) onLine(take(new Uint8Array(0)))
      skipping = false
    },
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Decode without the incomplete character that a cut may have left at the end. */
function wholeCharacters(bytes: Buffer): string {
  return new TextDecoder().decode(bytes, { stream: true })
}
