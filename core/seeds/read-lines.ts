import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import type { StateRow } from '../ledger/whole-state.ts'
import { checkHeader, decodeRow, LineMistake } from './state-lines.ts'

/** A key of a file of state, and the number of its line, from 1. */
export interface NumberedRow {
  line: number
  row: StateRow
}

/** A value may have 100 MB, as Fabric's messages, and needs more as JSON. */
const LONGEST_LINE = 256 << 20
const NEWLINE = 0x0a

/** A file of state is read twice: what can be read only once, and may never end, isn't one. @throws PeerError STATE_FILE_READ */
export async function mustBeRegular(file: string): Promise<void> {
  const message = await stat(file).then(
    (found) => (found.isFile() ? undefined : "It isn't a regular file."),
    (error: unknown) => messageOf(error),
  )
  if (message !== undefined) throw new PeerError('STATE_FILE_READ', { file, message })
}

/** The keys of a file of state, one at a time. @throws PeerError STATE_FILE_READ, STATE_LINE */
export async function* readRows(file: string): AsyncGenerator<NumberedRow> {
  let line = 0
  for await (const bytes of linesOf(file)) {
    line++
    const text = bytes.toString('utf8')
    const row = placed(file, line, () => {
      if (!isUtf8(bytes)) throw new LineMistake("It isn't UTF-8.")
      if (line === 1) return void checkHeader(text.replace(/^\uFEFF/, ''))
      return text.trim() === '' ? undefined : decodeRow(text)
    })
    if (row !== undefined) yield { line, row }
  }
  if (line === 0) throw new PeerError('STATE_LINE', { file, line: 1, message: 'The file is empty.' })
}

/** What is thrown about a line names its place. @throws PeerError STATE_LINE */
export function placed<T>(file: string, line: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof LineMistake)) throw error
    throw new PeerError('STATE_LINE', { file, line, message: error.message }, { cause: error })
  }
}

async function* linesOf(file: string): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      let from = 0
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
        yield Buffer.concat([...parts, chunk.subarray(from, end)])
        from = end + 1
        parts = []
        length = 0
      }
      parts.push(chunk.subarray(from))
      length += chunk.length - from
      if (length > LONGEST_LINE) throw new RangeError(`A line has more than ${LONGEST_LINE >> 20} MB.`)
    }
  } catch (error) {
    throw new PeerError('STATE_FILE_READ', { file, message: messageOf(error) }, { cause: error })
  }
  if (length > 0) yield Buffer.concat(parts)
}
