import { StringDecoder } from 'node:string_decoder'

/** Read JSON values that come one after the other, a line each, in chunks that split anywhere. What is no JSON is passed over. */
export function jsonLines(heard: (value: unknown) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  return (chunk) => {
    const lines = (rest + decoder.write(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line.trim() === '') continue
      let value: unknown
      try {
        value = JSON.parse(line)
      } catch {
        // Not the engine's: a proxy's, say. The end of the answer tells whether it was whole.
        continue
      }
      heard(value)
    }
  }
}
