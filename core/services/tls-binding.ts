import type { TlsClients } from '../comm/client-door.ts'

/** Binds what a client signs to the TLS connection that it sends it on, so that nobody can send it again on another. */
export interface TlsBinding {
  /**
   * Whether a request for blocks claims the certificate of its connection; always, unless clients must have certificates
   * (Fabric v2.5.16 common/deliver/binding.go).
   */
  isBound(from: string, claimedHash: Uint8Array): boolean
  /** Why a discovery request doesn't claim it, in a peer's words; undefined without TLS (discovery/service.go). */
  discoveryRefusal(from: string, claimedHash: Uint8Array): string | undefined
}

export type TlsMode = 'none' | 'server' | 'mutual'

export function tlsBinding(mode: TlsMode, clients: Pick<TlsClients, 'hashOf'>): TlsBinding {
  const isOwn = (from: string, claimed: Uint8Array) => {
    const hash = clients.hashOf(from)
    return hash !== undefined && Buffer.compare(hash, claimed) === 0
  }
  return {
    isBound: (from, claimed) => mode !== 'mutual' || isOwn(from, claimed),
    discoveryRefusal(from, claimed) {
      if (mode === 'none' || isOwn(from, claimed)) return undefined
      return clients.hashOf(from) === undefined
        ? "client didn't send a TLS certificate"
        : "client claimed TLS hash doesn't match computed TLS hash from gRPC stream"
    },
  }
}
