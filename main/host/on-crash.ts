import { messageOf } from '../../core/contract/error-message.ts'
import { PeerError } from '../../core/contract/error.ts'
import { withoutUndefined } from '../../core/contract/without-undefined.ts'
import { writeCrashReport, type CrashKind } from './crash-report.ts'

/** A chaincode that doesn't exit must not keep a crashed process alive forever. */
const END_WITHIN_MS = 10_000

export interface Crashing {
  /** End the chaincodes and let go of the ledger. */
  end(): Promise<void>
  /** Tell the author; the process ends after that. */
  tell(error: PeerError): void
  exit(): void
}

/**
 * When an exception or a rejection reaches nobody: write the crash report, end the chaincodes, tell the author, and end
 * the process, whose state can't be trusted any more. Returns the function that stops watching.
 */
export function onCrash({ end, tell, exit }: Crashing): () => void {
  let crashing = false
  const crash = (kind: CrashKind, thrown: unknown) => {
    // What fails while it ends is a consequence of the first.
    if (crashing) return
    crashing = true
    const report = writeCrashReport(kind, thrown)
    const message = messageOf(thrown)
    const error = new PeerError('CRASHED', withoutUndefined({ message, report }), { cause: thrown })
    const finish = () => {
      clearTimeout(late)
      try {
        tell(error)
      } finally {
        exit()
      }
    }
    const late = setTimeout(finish, END_WITHIN_MS)
    end().then(finish, finish)
  }
  const onException = (error: unknown) => crash('uncaughtException', error)
  const onRejection = (reason: unknown) => crash('unhandledRejection', reason)
  process.on('uncaughtException', onException)
  process.on('unhandledRejection', onRejection)
  return () => {
    process.off('uncaughtException', onException)
    process.off('unhandledRejection', onRejection)
  }
}
