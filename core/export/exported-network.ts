import type { ExportedIdentity } from '../contract/identity.ts'
import { domainOf, nodeNameOf, ORDERER_MSP_ID } from '../msp/network-names.ts'

/** `server`: over TLS; `mutual`: with a client certificate too. */
export type ExportedTls = 'none' | 'server' | 'mutual'

/** What client applications are told of a peer: its organisations, their identities, and where everybody listens. */
export interface ExportedNetwork {
  tls: ExportedTls
  channels: string[]
  /** The peer's own organisation first. */
  organisations: ExportedOrganisation[]
  orderer: ExportedOrderer
}

export interface ExportedOrganisation {
  mspId: string
  /** PEM, its own CA first. */
  caCertificates: string[]
  peer: ExportedNode
  users: ExportedUser[]
  /** PEM, of the CA that signed the peer's TLS certificate; undefined: without TLS. */
  tlsCaCertificate?: string | undefined
  /** Its Fabric CA, if there is one. */
  ca: { url: string; name: string } | undefined
}

export interface ExportedUser extends ExportedIdentity {
  /** For TLS with a client certificate, PEM. */
  tls?: Pem | undefined
}

export interface ExportedNode {
  /** `host:port`. */
  address: string
  /** Signs endorsements, or blocks. */
  identity: Pem
  tls?: Pem | undefined
}

export interface ExportedOrderer extends ExportedNode {
  mspId: string
  caCertificates: string[]
  tlsCaCertificate?: string | undefined
}

/** A certificate and its key. */
export interface Pem {
  certificate: string
  privateKey: string
}

/** The names of an organisation in Fabric's test network. */
export interface OrganisationNames {
  /** `Org1`. */
  name: string
  /** `org1.example.com`. */
  domain: string
  /** `peer0.org1.example.com`. */
  peer: string
  /** `ca.org1.example.com`. */
  ca: string
}

export const ORDERER_DOMAIN = domainOf(ORDERER_MSP_ID)
export const ORDERER_NAME = nodeNameOf(ORDERER_MSP_ID)

/** What the test network calls the organisation with this MSP id, `Org1MSP`. */
export function namesOf(mspId: string): OrganisationNames {
  const name = mspId.replace(/(.)[.-]*MSP[.-]*$/i, '$1')
  const domain = domainOf(mspId)
  return { name, domain, peer: nodeNameOf(mspId), ca: `ca.${domain}` }
}
