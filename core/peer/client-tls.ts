import type { ClientTls } from '../comm/client-door.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import type { Identities } from '../msp/dev-ca.ts'
import { issueNodeTls, type TlsOwner } from '../msp/tls-ca.ts'
import type { TlsMode } from '../services/tls-binding.ts'

/** TLS of the ports for client applications. */
export interface ServicesTls {
  readonly mode: TlsMode
  /** Of a node that listens at that `host:port`; undefined without TLS. @throws PeerError IDENTITY_DAMAGED */
  of(owner: TlsOwner, address: string): Promise<ClientTls | undefined>
  /** The TLS CAs of the organisations that exist now, PEM. */
  clientRoots(): string[]
}

export function tlsMode({ tls, clientAuthRequired }: Pick<PeerConfig, 'tls' | 'clientAuthRequired'>): TlsMode {
  if (!tls) return 'none'
  return clientAuthRequired ? 'mutual' : 'server'
}

export function servicesTls(
  { tls, clientAuthRequired }: Pick<PeerConfig, 'tls' | 'clientAuthRequired'>,
  identities: Identities,
): ServicesTls {
  const clientRoots = () => [
    ...identities.organisations().map((mspId) => identities.organisation(mspId).tlsRoot),
    identities.orderer.tlsRoot,
  ]
  return {
    mode: tlsMode({ tls, clientAuthRequired }),
    clientRoots,
    async of(owner, address) {
      if (!tls) return undefined
      const server = await issueNodeTls(owner, address.slice(0, address.lastIndexOf(':')))
      return { server, clientRoots: clientRoots(), clientAuthRequired }
    },
  }
}
