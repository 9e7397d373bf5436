import type { CallRequest, CallResult } from '../contract/call.ts'
import type { SystemAnswer, SystemCall, SystemCalls } from '../scc/system-calls.ts'
import type { Gateway } from './gateway.ts'

/** The peer's own calls of system chaincodes: through the gateway like any other, but not on the author's list. */
export function systemCalls(gateway: Gateway): SystemCalls {
  return {
    async evaluate(call, signal) {
      return answerOf(
        await gateway.evaluate(requestOf(call), { recorded: false, ...(signal === undefined ? {} : { signal }) }),
      )
    },
    async submit(call, signal) {
      return answerOf(
        await gateway.submit(requestOf(call), { recorded: false, ...(signal === undefined ? {} : { signal }) }),
      )
    },
  }
}

function requestOf({ channel, chaincode, args }: SystemCall): CallRequest {
  const [fn, ...rest] = args
  return {
    channel,
    chaincode,
    function: Buffer.from(fn ?? []).toString(),
    args: rest.map((arg) => ({ base64: Buffer.from(arg).toString('base64') })),
  }
}

function answerOf({ status, message, payload, payloadEncoding }: CallResult): SystemAnswer {
  return { status, message, payload: Buffer.from(payload, payloadEncoding) }
}
