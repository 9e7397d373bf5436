import type { CallRequest } from '../contract/call.ts'
import { PeerError } from '../contract/error.ts'
import { ChaincodeInput } from '../protos/index.ts'

/** The chaincode's input: the function first, then the arguments. Without a function, the arguments alone. */
export function chaincodeInput(request: CallRequest): ChaincodeInput {
  const args = request.args.map((argument, i) => bytesOf(argument, `Argument ${i + 1}`))
  const input = new ChaincodeInput()
  input.setArgsList(request.function === '' ? args : [Buffer.from(request.function), ...args])
  input.setIsInit(request.isInit ?? false)
  return input
}

/** @throws PeerError ARGUMENT_INVALID */
export function transientMap(request: CallRequest): Map<string, Uint8Array> {
  const entries = Object.entries(request.transient ?? {})
  return new Map(entries.map(([name, value]) => [name, bytesOf(value, `Transient ${JSON.stringify(name)}`)]))
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

function bytesOf(value: string | { base64: string }, argument: string): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value)
  if (!BASE64.test(value.base64)) throw new PeerError('ARGUMENT_INVALID', { argument, message: 'It is not base64.' })
  return Buffer.from(value.base64, 'base64')
}
