import type { ContainerOutput } from './engine.ts'

const HEADER_BYTES = 8
const STDERR = 2

/**
 * Demultiplex the engine's output: each frame is a header of eight bytes (the first names the stream, the last four
 * are the length, big-endian) and a payload. Frames may split anywhere. `logs` sends a frame for each line, so
 * consecutive payloads of one stream in a chunk are moved together, in place, and handed on as one: a million lines
 * are then a few thousand calls. The caller must not use a chunk afterwards.
 */
export function frameReader(output: ContainerOutput): (chunk: Buffer) => void {
  const header = Buffer.alloc(HEADER_BYTES)
  let inHeader = 0
  let left = 0
  let toStderr = false

  return (chunk) => {
    let from = 0
    let to = 0
    let runIsStderr = toStderr
    const handOn = () => {
      if (to > from) (runIsStderr ? output.stderr : output.stdout)(chunk.subarray(from, to))
      from = to
    }
    let at = 0
    while (at < chunk.length) {
      if (left === 0) {
        if (inHeader === 0 && chunk.length - at >= HEADER_BYTES) {
          toStderr = chunk[at] === STDERR
          left = chunk.readUInt32BE(at + 4)
          at += HEADER_BYTES
        } else {
          const taken = Math.min(HEADER_BYTES - inHeader, chunk.length - at)
          chunk.copy(header, inHeader, at, at + taken)
          at += taken
          inHeader += taken
          if (inHeader < HEADER_BYTES) break
          inHeader = 0
          toStderr = header[0] === STDERR
          left = header.readUInt32BE(4)
        }
        continue
      }
      if (toStderr !== runIsStderr) {
        handOn()
        runIsStderr = toStderr
      }
      const taken = Math.min(left, chunk.length - at)
      if (to === from) from = to = at
      if (to !== at) chunk.copyWithin(to, at, at + taken)
      to += taken
      at += taken
      left -= taken
    }
    handOn()
  }
}
