import type { CallRequest, CallResult } from '../../../core/contract/call.ts'
import type { CallOptions } from './options.ts'

const LIFECYCLE = '_lifecycle'
const SYSTEM = ['lscc', 'cscc', 'qscc', LIFECYCLE]

/**
 * What _lifecycle takes is one message, which nobody types: it is given as JSON, and left out where it is empty.
 * Loaded only for it, as others need no messages of Fabric.
 * @throws PeerError ARGUMENT_INVALID
 */
export async function systemArguments({ chaincode, function: fn, args }: CallRequest): Promise<CallRequest['args']> {
  const [json = '{}', ...more] = args
  if (chaincode !== LIFECYCLE || more.length > 0 || typeof json !== 'string') return args
  const { lifecycleArgument } = await import('../../../core/scc/lifecycle/argument-json.ts')
  const message = lifecycleArgument(fn, json)
  return message === undefined ? args : [{ base64: Buffer.from(message).toString('base64') }]
}

/**
 * What these two know is a channel's: the folder's own, where nobody says one. The others take it as an argument. Throws
 * what readProjects throws.
 */
export async function systemChannel(folder: string, { chaincode, name }: CallOptions): Promise<string | undefined> {
  if (chaincode !== LIFECYCLE && chaincode !== 'lscc') return undefined
  const { readProjects } = await import('../../../core/platforms/detect.ts')
  const { projects } = await readProjects(folder, name === undefined ? {} : { name })
  return projects[0]?.channel
}

/** What a system chaincode answered, read for people. */
export async function decodedAnswer({ chaincode, function: fn }: CallRequest, result: CallResult): Promise<unknown> {
  if (!SYSTEM.includes(chaincode) || result.status >= 400) return undefined
  const { decodeAnswer } = await import('../../../core/scc/answers/decode-answer.ts')
  return decodeAnswer(chaincode, fn, Buffer.from(result.payload, result.payloadEncoding))
}
