import type { Cause } from './cause.ts'

const TAKE = 'Take the address that Slipway gives: from the arguments, or from CORE_PEER_ADDRESS.'
/** gRPC's own words, in Go, Node and Java, of a server that has no such service. */
const NO_SERVICE = /unknown service protos\.ChaincodeSupport|\bUNIMPLEMENTED\b|code = Unimplemented/
const ADDRESS = /(?<host>\d{1,3}(?:\.\d{1,3}){3}|localhost|\[[\da-f:]+\]|::1):(?<port>\d{1,5})\b/i

/** What is wrong with the address that a chaincode tried to reach the peer at; undefined if it isn't about that. Pure. */
export function wrongAddress(
  cause: Cause | undefined,
  address: string | undefined,
  inContainer = false,
): { why: string; do: string } | undefined {
  if (cause === undefined || address === undefined) return undefined
  return otherService(cause, address) ?? otherAddress(cause, address, inContainer)
}

/**
 * The port of this machine that a chaincode dialled where nothing listens, though it was given another address; undefined
 * if that isn't what happened. Pure.
 */
export function dialledPort(cause: Cause | undefined, address: string | undefined): number | undefined {
  if (cause?.kind !== 'connection' || address === undefined || NO_SERVICE.test(cause.message)) return undefined
  const { host, port } = ADDRESS.exec(cause.message)?.groups ?? {}
  const isHere = host === '127.0.0.1' || host?.toLowerCase() === 'localhost'
  return isHere && port !== undefined && !address.endsWith(`:${port}`) ? Number(port) : undefined
}

function otherAddress(
  { kind, message }: Cause,
  address: string,
  inContainer: boolean,
): { why: string; do: string } | undefined {
  const { host, port } = (kind === 'connection' ? ADDRESS.exec(message)?.groups : undefined) ?? {}
  if (host === undefined || port === undefined) return undefined
  const tried = `It tried ${host}:${port}, and Slipway listens on ${address}.`
  const isLoopback = /^(?:127\.|localhost$|\[?::1)/i.test(host)
  if (inContainer && isLoopback) return { why: `${tried} In a container, ${host} is the container itself.`, do: TAKE }
  const ownPort = address.slice(address.lastIndexOf(':') + 1)
  if (host.includes('::') && port === ownPort) {
    return { why: `${tried} ${host} is IPv6, and nothing listens there.`, do: `${TAKE} It is an IPv4 address.` }
  }
  if (port !== ownPort || host !== address.slice(0, address.lastIndexOf(':'))) return { why: tried, do: TAKE }
  return undefined
}

function otherService({ message }: Cause, address: string): { why: string; do: string } | undefined {
  if (!NO_SERVICE.test(message)) return undefined
  const why = `What it connected to speaks gRPC, but not with chaincode: a peer’s address for clients, for example. Slipway listens for chaincode on ${address}.`
  return { why, do: TAKE }
}
