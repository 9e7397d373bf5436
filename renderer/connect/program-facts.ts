import type { CallRequest } from '../../core/contract/call.ts'
import type { PeerState } from '../../core/contract/state.ts'

/** All that a program needs to send a call as somebody. Paths are absolute, addresses `host:port`. */
export interface ProgramFacts {
  call: ProgrammedCall
  identity: IdentityFiles
  /** The peer of the identity's organisation. */
  peer: string
  orderer: string
  /** Absent: plaintext. */
  tls?: TlsFiles | undefined
}

/** Files with the certificates, in PEM, that the TLS of the peer and of the orderer goes back to. */
export interface TlsFiles {
  peerRoot: string
  ordererRoot: string
  /** Where clients need a certificate too: what signs one for them. */
  clientCa?: { certificate: string; privateKey: string } | undefined
}

/** A call as its author drafted it. */
export interface ProgrammedCall extends Pick<CallRequest, 'chaincode' | 'function' | 'args' | 'transient' | 'isInit'> {
  channel: string
  kind: 'submit' | 'evaluate'
}

/** Where the peer keeps an identity, in PEM. */
export interface IdentityFiles {
  mspId: string
  certificate: string
  privateKey: string
  /** Of the organisation's CA. */
  caCertificate: string
}

/** Something to paste: commands for a shell, or a file. */
export interface Step {
  title: string
  /** Its name; absent: commands. */
  file?: string
  text: string
}

/** What a call needs that `identity` sends: `User1@Org1MSP`. Undefined where no peer serves applications. Pure. */
export function programFacts(
  { peer: { dataDir, mspId: own }, services }: Pick<PeerState, 'peer' | 'services'>,
  identity: string,
  call: ProgrammedCall,
): ProgramFacts | undefined {
  const at = identity.lastIndexOf('@')
  const [name, mspId] = at < 0 ? [identity, own] : [identity.slice(0, at), identity.slice(at + 1)]
  const host = services.peers[mspId] === undefined ? own : mspId
  const peer = services.peers[host]
  if (peer === undefined || services.orderer === undefined) return undefined
  // The peer may run on Windows, the window anywhere.
  const separator = dataDir.includes('\\') ? '\\' : '/'
  const path = (...parts: string[]) => [dataDir, ...parts].join(separator)
  const of = (msp: string, ...parts: string[]) => path('msp', ...(msp === own ? [] : ['organisations', msp]), ...parts)
  const tls = {
    peerRoot: of(host, 'tlsca', 'cert.pem'),
    ordererRoot: path('orderer', 'tlsca', 'cert.pem'),
    clientCa:
      services.tls === 'mutual'
        ? { certificate: of(mspId, 'tlsca', 'cert.pem'), privateKey: of(mspId, 'tlsca', 'key.pem') }
        : undefined,
  }
  return {
    call,
    identity: {
      mspId,
      certificate: of(mspId, name, 'cert.pem'),
      privateKey: of(mspId, name, 'key.pem'),
      caCertificate: of(mspId, 'ca', 'cert.pem'),
    },
    peer,
    orderer: services.orderer,
    tls: services.tls === 'none' ? undefined : tls,
  }
}
