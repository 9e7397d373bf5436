/** The beginning of each text message is enough to know what it is. */
const BEGINNING = 160
const TEXT = 1

/**
 * Reads the beginnings of the text messages of a WebSocket, after its handshake, without keeping the rest (RFC 6455,
 * section 5.2). V8's inspector offers no compression, so that messages are as they are.
 */
export function newFrameReader(message: (beginning: string) => void): (chunk: Buffer) => void {
  let header = Buffer.alloc(0)
  let kept = Buffer.alloc(0)
  let mask: Buffer | undefined
  let isText = false
  let left = 0

  const finish = () => {
    if (isText) message(kept.toString('utf8'))
    kept = Buffer.alloc(0)
  }
  return (chunk) => {
    let rest = chunk
    while (rest.length > 0) {
      if (left === 0) {
        const before = header.length
        header = Buffer.concat([header, rest.subarray(0, 14)])
        const frame = readHeader(header)
        if (frame === undefined) return
        rest = rest.subarray(frame.size - before)
        header = Buffer.alloc(0)
        ;({ left, mask } = frame)
        isText = frame.opcode === TEXT
        if (left === 0) finish()
        continue
      }
      const part = rest.subarray(0, left)
      if (isText && kept.length < BEGINNING) kept = Buffer.concat([kept, unmasked(part, mask, kept.length)])
      left -= part.length
      rest = rest.subarray(part.length)
      if (left === 0) finish()
    }
  }
}

function readHeader(
  bytes: Buffer,
): { size: number; left: number; opcode: number; mask: Buffer | undefined } | undefined {
  if (bytes.length < 2) return undefined
  const [first = 0, second = 0] = bytes
  const short = second & 0x7f
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0
  const isMasked = (second & 0x80) !== 0
  const size = 2 + lengthBytes + (isMasked ? 4 : 0)
  if (bytes.length < size) return undefined
  const left = lengthBytes === 0 ? short : lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  return { size, left, opcode: first & 0x0f, mask: isMasked ? bytes.subarray(size - 4, size) : undefined }
}

function unmasked(part: Buffer, mask: Buffer | undefined, offset: number): Buffer {
  const beginning = part.subarray(0, BEGINNING - offset)
  if (mask === undefined) return beginning
  return Buffer.from(beginning.map((byte, i) => byte ^ (mask[(offset + i) % 4] ?? 0)))
}
