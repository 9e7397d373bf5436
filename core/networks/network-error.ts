import { RpcError, status } from '../comm/rpc-error.ts'
import { PeerError } from '../contract/error.ts'
import { namesOf } from '../protos/enum-names.ts'
import type { Network } from './network.ts'

const statusName = namesOf(status as unknown as Record<string, number>)

/** What was asked of a network, for its errors. */
export interface Asked {
  network: Pick<Network, 'name' | 'client'>
  /** What it didn't do in time, as in `didn't answer`. */
  step: string
  deadlineMs: number
}

/** What a gRPC call to a network threw, as a PeerError; anything else, such as a signal's reason, as it is. */
export function networkError(error: unknown, { network, step, deadlineMs }: Asked): unknown {
  if (!(error instanceof RpcError)) return error
  const at = { network: network.name, address: network.client.address }
  const { code, message, details } = error
  if (code === status.DEADLINE_EXCEEDED) {
    return new PeerError('NETWORK_TIMEOUT', { ...at, step, seconds: deadlineMs / 1000 }, { cause: error })
  }
  if (code === status.UNAVAILABLE && details.length === 0 && !isGatewayText(message)) {
    return new PeerError('NETWORK_UNREACHABLE', { ...at, reason: sentence(message) }, { cause: error })
  }
  const refusal = { ...at, status: statusName(code), message: sentence(message), details: [...details] }
  return new PeerError('NETWORK_REFUSED', refusal, { cause: error })
}

/** What a peer that was reached says with this code (Fabric internal/pkg/gateway). */
function isGatewayText(message: string): boolean {
  return /^(failed to (get config|find any|select)|no (orderers|peers))/.test(message)
}

function sentence(text: string): string {
  const trimmed = text.trim()
  return trimmed === '' ? 'It broke the connection.' : /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

const CHAINCODE_RESPONSE = /^chaincode response (-?\d+), ([\s\S]*)$/

/** What the chaincode itself answered, where that is why a gateway refused (internal/pkg/gateway/apiutils.go). */
export function chaincodeResponseIn(error: unknown): { status: number; message: string } | undefined {
  if (!(error instanceof RpcError)) return undefined
  for (const { message } of error.details) {
    const [, code, text = ''] = CHAINCODE_RESPONSE.exec(message) ?? []
    if (code !== undefined) return { status: Number(code), message: text }
  }
  return undefined
}
