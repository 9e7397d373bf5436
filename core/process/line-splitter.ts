import { StringDecoder } from 'node:string_decoder'

/** Longest line kept, in characters; the rest is cut, and the line says so. */
export const MAX_LINE = 16 * 1024

/**
 * Cuts a stream of bytes into lines at \n, \r\n and \r (progress bars). Chunks may split UTF-8 characters. Holds at
 * most one line of at most MAX_LINE characters, so memory use doesn't grow with the output.
 */
export function newLineSplitter(line: (text: string) => void): { write(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8')
  let held = ''
  let cut = 0
  // After a \r at the end of a chunk, the next chunk shows whether a \n belongs to it.
  let atReturn = false

  const hold = (text: string) => {
    const room = MAX_LINE - held.length
    held += text.length > room ? text.slice(0, room) : text
    cut += Math.max(0, text.length - room)
  }
  const flush = () => {
    const text = cut === 0 ? held : `${held} … (${cut} more characters cut)`
    held = ''
    cut = 0
    line(text)
  }
  const take = (text: string) => {
    if (text === '') return
    let from = 0
    if (atReturn) {
      atReturn = false
      if (text.startsWith('\n')) from = 1
      if (from === 1 || held !== '') flush()
    }
    for (let at = nextBreak(text, from); at >= 0; at = nextBreak(text, from)) {
      hold(text.slice(from, at))
      from = at + 1
      if (text[at] === '\n') flush()
      else if (from === text.length) atReturn = true
      else if (text[from] === '\n') {
        from++
        flush()
      } else if (held !== '') {
        // A lone \r at the start of a line only moves the cursor: it doesn't make an empty line.
        flush()
      }
    }
    hold(text.slice(from))
  }

  return {
    write: (chunk) => take(decoder.write(chunk)),
    end() {
      take(decoder.end())
      if (held !== '') flush()
    },
  }
}

function nextBreak(text: string, from: number): number {
  const newline = text.indexOf('\n', from)
  // Bounded by the newline: searching all of the text for a \r at each line would be quadratic.
  const carriageReturn = (newline < 0 ? text.slice(from) : text.slice(from, newline)).indexOf('\r')
  return carriageReturn < 0 ? newline : from + carriageReturn
}
