import { StringDecoder } from 'node:string_decoder'

/** Read JSON values, one a line, from chunks that split anywhere. Lines that aren't JSON are skipped. */
export function jsonLines(onValue: (value: unknown) => void): (chunk: Buffer) => void {
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
        // Not from the engine, but from a proxy, for example. The end of the answer shows whether it was complete.
        continue
      }
      onValue(value)
    }
  }
}
