import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { systemFault } from '../contract/system-fault.ts'
import { VERSION } from '../version.ts'

/** The format of a data folder that this Slipway writes. Data from before there was a format file has format 0. */
export const DATA_FORMAT = 1

/** What a data folder says of itself, in its file `format.json`. */
interface Format {
  format: number
  /** The Slipway that wrote it. */
  slipway: string
}

/** The format of what a data folder holds; undefined if it holds nothing yet. Writes nothing. @throws PeerError DATA_NEWER, LEDGER_OPEN */
export async function readDataFormat(dataDir: string): Promise<number | undefined> {
  const written = await readFormat(dataDir)
  if (written === undefined) return (await holdsData(dataDir)) ? 0 : undefined
  const { format, slipway } = written
  if (format > DATA_FORMAT) {
    throw new PeerError('DATA_NEWER', { dataDir, format, slipway, ownFormat: DATA_FORMAT, ownSlipway: VERSION })
  }
  return format
}

/** Say that the data folder holds data of this Slipway's format. Atomic. */
export async function writeDataFormat(dataDir: string): Promise<void> {
  const format: Format = { format: DATA_FORMAT, slipway: VERSION }
  const draft = `${formatFile(dataDir)}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(format)}\n`)
  await rename(draft, formatFile(dataDir))
}

async function readFormat(dataDir: string): Promise<Format | undefined> {
  let text: string
  try {
    text = await readFile(formatFile(dataDir), 'utf8')
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (missing) return undefined
    throw new PeerError(
      'LEDGER_OPEN',
      { dataDir, message: messageOf(error), fault: systemFault(error) },
      { cause: error },
    )
  }
  const format = parsed(text)
  if (format !== undefined) return format
  const message = `${formatFile(dataDir)} is damaged: it doesn't say which version of Slipway wrote the data.`
  throw new PeerError('LEDGER_OPEN', { dataDir, message })
}

function parsed(text: string): Format | undefined {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    // Not JSON: as damaged as JSON of another shape.
    return undefined
  }
  if (typeof content !== 'object' || content === null) return undefined
  const { format, slipway } = content as Partial<Record<keyof Format, unknown>>
  if (!Number.isInteger(format) || Number(format) < 0 || typeof slipway !== 'string') return undefined
  return { format: Number(format), slipway }
}

/** Whether there is a ledger or an identity. A folder that can't be read is reported by whoever writes to it. */
async function holdsData(dataDir: string): Promise<boolean> {
  const names = await readdir(dataDir).catch((): string[] => [])
  return names.includes('ledger') || names.includes('msp')
}

function formatFile(dataDir: string): string {
  return join(dataDir, 'format.json')
}
