import type { CallRecord } from '../contract/call.ts'
import type { Cause } from '../contract/cause.ts'
import type { ChaincodeState } from '../contract/chaincode-state.ts'
import type { CallLine } from '../contract/log.ts'
import { printedBy } from '../platforms/printed-by.ts'

/** All that fabric-chaincode-java's contract API (2.5) answers when a method throws; the exception is only printed. */
const JAVA_HIDES = 'Error during contract method execution'
/** The last lines that are looked at: an error is printed shortly before the answer. */
const LOOKED_AT = 1_000

/**
 * Where the author's code threw what a call was refused with, by the stack trace in its answer or in what it printed:
 * shims answer and log the message alone. A trace counts only if it is of the same message; others were survived.
 */
export function causeOfCall(
  { outcome }: Pick<CallRecord, 'outcome'>,
  lines: readonly CallLine[],
  chaincode: Pick<ChaincodeState, 'folder' | 'language' | 'mode'> | undefined,
): Cause | undefined {
  if (outcome.state !== 'done' || outcome.result.status < 400 || chaincode === undefined) return undefined
  const { message } = outcome.result
  const inContainer = chaincode.mode === 'net'
  // Any trace is of that message, so it must be one of this call's alone.
  const own = message === JAVA_HIDES ? lines.filter(({ of }) => of !== 'shared') : lines
  for (const printed of [message.split('\n'), own.slice(-LOOKED_AT).map(({ text }) => text)]) {
    const { cause } = printedBy(chaincode, printed, { inContainer })
    if (cause?.frame !== undefined && cause.file !== undefined && isOf(cause, message)) return cause
  }
  return undefined
}

function isOf(cause: Cause, message: string): boolean {
  // Without the class: `Error: `, `org.example.NotFound: `.
  const thrown = cause.message.replace(/^(?:Uncaught )?[\w.$]+(?: \[\w+\])?: /, '')
  return message === JAVA_HIDES || (thrown !== '' && message.includes(thrown))
}
