import { command, type ApiOf, type Nothing } from './command.ts'
import type { PeerErrorData } from './error.ts'
import type { Millis } from './time.ts'

/** The role of an identity (NodeOUs), taken from the OU of its certificate. */
export type Role = 'client' | 'peer' | 'admin' | 'orderer'
export const roles: readonly Role[] = ['client', 'peer', 'admin', 'orderer']

/** What an identity's key signs with. Ed25519: only on channels with the capability V3_0. */
export type KeyAlgorithm = 'ECDSA' | 'Ed25519'
export const keyAlgorithms: readonly KeyAlgorithm[] = ['ECDSA', 'Ed25519']

/** What GetID of the client identity library returns to chaincode, in each language's form. */
export interface ClientIds {
  golang: string
  node: string
  java: string
}

/** An organisation whose members can call: its MSP, its CA and its identities. */
export interface OrganisationDescription {
  mspId: string
  /** Whether it is the peer's own organisation. */
  isLocal: boolean
  /** PEM. Its own CA first, then the CAs of imported identities. */
  caCertificates: string[]
  identities: IdentityDescription[]
}

export interface IdentityDescription {
  /** `User1@Org1MSP`. */
  id: string
  name: string
  mspId: string
  /** Absent if the certificate's OUs name no role, or several. */
  role?: Role
  /** The certificate's other OUs: Fabric CA's affiliation. */
  affiliation: string[]
  /** For attribute-based access control (ABAC); without Fabric CA's own attributes, which begin with `hf.`. */
  attributes: Record<string, string>
  /** `C=US, ST=…, CN=…`, in the certificate's order. */
  subject: string
  issuer: string
  notBefore: Millis
  notAfter: Millis
  /** Absent if Fabric takes no such key. */
  keyAlgorithm?: KeyAlgorithm
  /** PEM. */
  certificate: string
  clientIds: ClientIds
  /** Signs calls that name no identity. */
  isDefault: boolean
  /** Signs endorsements; created and removed with the organisation. */
  isEndorser: boolean
  /** Why a peer refuses what it signs; absent if a peer accepts it. */
  problem?: string
  /** Why it can't be read; the other fields are then empty. */
  error?: PeerErrorData
}

export interface IssueIdentity {
  /** Becomes the certificate's CN. */
  name: string
  /** Default: the peer's own organisation. */
  mspId?: string
  /** Default: client. */
  role?: Role
  attributes?: Record<string, string>
  /** As Fabric CA writes it: `org1.department1`. */
  affiliation?: string
  /** Default: ECDSA, on P-256. */
  keyAlgorithm?: KeyAlgorithm
}

export interface ImportIdentity {
  name: string
  mspId?: string
  /** PEM. */
  certificate: string
  privateKey: string
  /** PEM certificates of the CAs that issued it, concatenated. The organisation trusts them from now on. */
  caCertificates?: string
}

/** Everything a client needs to act as this identity, in PEM. */
export interface ExportedIdentity {
  name: string
  mspId: string
  certificate: string
  privateKey: string
  caCertificates: string[]
}

/** Everything a door can do with organisations and identities. */
export const identityCommands = {
  /** All organisations and their identities, the peer's own first. */
  readIdentities: command<Nothing, OrganisationDescription[]>(),
  /** Create an organisation with a CA, a peer and `User1`. */
  addOrganisation: command<{ mspId: string }>(),
  /** Let an organisation's CA issue an identity. Never overwrites one. */
  issueIdentity: command<IssueIdentity, IdentityDescription>(),
  importIdentity: command<ImportIdentity, IdentityDescription>(),
  /** Includes the private key. */
  exportIdentity: command<{ identity: string }, ExportedIdentity>(),
  removeIdentity: command<{ identity: string }>(),
  /** Set the identity of calls that name none. */
  setDefaultIdentity: command<{ identity: string }>(),
}

export type IdentityApi = ApiOf<typeof identityCommands>
