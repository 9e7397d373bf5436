import type { CallResult } from '../../core/contract/call.ts'
import type { TestPeer } from './peer.ts'

export type Arg = string | Uint8Array

/** A system chaincode of one peer, called through its api as any chaincode is; channel undefined: on none. */
export function systemChaincode({ api }: Pick<TestPeer, 'api'>, chaincode: string, channel?: string) {
  const request = (fn: string, args: Arg[]) => ({
    chaincode,
    ...(channel === undefined ? {} : { channel }),
    function: fn,
    args: args.map((arg) => (typeof arg === 'string' ? arg : { base64: Buffer.from(arg).toString('base64') })),
  })
  return {
    evaluate: (fn: string, ...args: Arg[]) => api.evaluate(request(fn, args)),
    submit: (fn: string, ...args: Arg[]) => api.submit(request(fn, args)),
  }
}

export function bytesOf({ payload, payloadEncoding }: CallResult): Uint8Array {
  return Buffer.from(payload, payloadEncoding)
}
