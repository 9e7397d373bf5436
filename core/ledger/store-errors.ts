import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { systemFault } from '../contract/system-fault.ts'

/** LEDGER_LOCKED if another process has the store open, otherwise LEDGER_OPEN. */
export async function openError(dataDir: string, error: unknown): Promise<PeerError> {
  const cause = causeOf(error)
  if (codeOf(cause) !== 'LEVEL_LOCKED') {
    return new PeerError(
      'LEDGER_OPEN',
      { dataDir, message: messageOf(cause), fault: systemFault(error) },
      { cause: error },
    )
  }
  const pid = await readPid(dataDir)
  return new PeerError('LEDGER_LOCKED', pid === undefined ? { dataDir } : { dataDir, pid }, { cause: error })
}

export function readError(error: unknown): PeerError {
  return new PeerError(
    'LEDGER_READ',
    { message: messageOf(causeOf(error)), fault: systemFault(error) },
    { cause: error },
  )
}

export function writeError(error: unknown): PeerError {
  if (error instanceof PeerError) return PeerError.from(error)
  const message = messageOf(causeOf(error))
  const fault = systemFault(error)
  return new PeerError('LEDGER_WRITE', { message, full: fault === 'full', fault }, { cause: error })
}

/** abstract-level wraps a failure to open: LEVEL_DATABASE_NOT_OPEN with the reason as its cause. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** The process that has the data folder open, from the file it wrote there. */
async function readPid(dataDir: string): Promise<number | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(join(dataDir, 'peer.json'), 'utf8'))
    const pid = typeof record === 'object' && record !== null && 'pid' in record ? record.pid : undefined
    return typeof pid === 'number' ? pid : undefined
  } catch {
    // Missing or half written: the error then doesn't name the process.
    return undefined
  }
}
