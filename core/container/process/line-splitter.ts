import { StringDecoder } from 'node:string_decoder'

/** Longest line kept, in characters; what follows is cut and said. */
export const MAX_LINE = 16 * 1024

/**
 * Cuts a stream of bytes into lines at \n, \r\n and \r (progress bars). UTF-8 may be split across chunks. Holds at
 * most one line, and of that at most MAX_LINE, so that output of any size needs no memory.
 */
export function newLineSplitter(line: (text: string) => void): { write(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8')
  let held = ''
  let cut = 0
  // A \n that follows a \r belongs to it, also when it comes with the next chunk.
  let afterReturn = false

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
    let from = 0
    if (afterReturn && text.startsWith('\n')) from = 1
    if (text !== '') afterReturn = false
    for (let at = nextBreak(text, from); at >= 0; at = nextBreak(text, from)) {
      hold(text.slice(from, at))
      const isReturn = text[at] === '\r'
      // A lone \r after nothing only moves the cursor: it is no empty line.
      if (!isReturn || text[at + 1] === '\n' || held !== '') flush()
      from = isReturn && text[at + 1] === '\n' ? at + 2 : at + 1
      if (isReturn && from === text.length && text[at + 1] === undefined) afterReturn = true
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
  // Bounded by the newline: looking for a \r through the whole text at each line would be quadratic.
  const carriageReturn = (newline < 0 ? text.slice(from) : text.slice(from, newline)).indexOf('\r')
  return carriageReturn < 0 ? newline : from + carriageReturn
}
