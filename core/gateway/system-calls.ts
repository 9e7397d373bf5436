import type { CallRequest, CallResult } from '../contract/call.ts'
import type { SystemAnswer, SystemCall, SystemCalls } from '../scc/system-calls.ts'
import type { Gateway } from './gateway.ts'

/**
 * The peer's own calls of system chaincodes: through the gateway like any other, but not on the author's list. They
 * exist before the gateway, because it calls chaincode, and launching chaincode takes a call of _lifecycle.
 */
export interface GatewaySystemCalls extends SystemCalls {
  /** Make the calls through this gateway. Until then they wait. */
  connect(gateway: Gateway): void
}

export function newSystemCalls(): GatewaySystemCalls {
  let connect: (gateway: Gateway) => void = () => undefined
  const connected = new Promise<Gateway>((resolve) => (connect = resolve))
  const call = async (kind: 'evaluate' | 'submit', request: SystemCall, signal: AbortSignal | undefined) => {
    const gateway = await connected
    return answerOf(await gateway[kind](requestOf(request), { recorded: false, signal }))
  }
  return {
    connect,
    evaluate: (request, signal) => call('evaluate', request, signal),
    submit: (request, signal) => call('submit', request, signal),
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
