import type { CallRequest, CallResult } from '../../../core/contract/call.ts'

const LIFECYCLE = '_lifecycle'
const SYSTEM = ['lscc', 'cscc', 'qscc', LIFECYCLE]

/**
 * The functions of _lifecycle take one protobuf message, which nobody types: here it is JSON, and can be left out if it
 * is empty.
 * @throws PeerError ARGUMENT_INVALID
 */
export async function systemArguments({ chaincode, function: fn, args }: CallRequest): Promise<CallRequest['args']> {
  const [json = '{}', ...more] = args
  if (chaincode !== LIFECYCLE || more.length > 0 || typeof json !== 'string') return args
  const { lifecycleArgument } = await import('../../../core/index.ts')
  const message = lifecycleArgument(fn, json)
  return message === undefined ? args : [{ base64: Buffer.from(message).toString('base64') }]
}

/** _lifecycle and lscc answer for one channel, by default the folder's own; the others take the channel as an argument. */
export function knowsOneChannel(chaincode: string): boolean {
  return chaincode === LIFECYCLE || chaincode === 'lscc'
}

/** A system chaincode's answer in readable form. */
export async function decodedAnswer(
  { chaincode, function: fn }: CallRequest,
  result: Pick<CallResult, 'status' | 'payload' | 'payloadEncoding'>,
): Promise<unknown> {
  if (!SYSTEM.includes(chaincode) || result.status >= 400) return undefined
  const { decodeAnswer } = await import('../../../core/index.ts')
  return decodeAnswer(chaincode, fn, Buffer.from(result.payload, result.payloadEncoding))
}
