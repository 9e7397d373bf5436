import type { PeerErrorData } from './error.ts'
import type { Millis } from './state.ts'

/** NodeOUs: what an identity is for. It stands in the OU of its certificate. */
export type Role = 'client' | 'peer' | 'admin' | 'orderer'
export const roles: readonly Role[] = ['client', 'peer', 'admin', 'orderer']

/** What chaincode gets from its client identity library's GetID, in each language's own form. */
export interface ClientIds {
  golang: string
  node: string
  java: string
}

/** An organisation whose members may call: its MSP, its CA, its peer. */
export interface OrganisationDescription {
  mspId: string
  /** Whether it is this peer's own. */
  isLocal: boolean
  /** PEM: its own CA first, then those that came with imported identities. */
  caCertificates: string[]
  identities: IdentityDescription[]
}

export interface IdentityDescription {
  /** `User1@Org1MSP`. */
  id: string
  name: string
  mspId: string
  /** Absent where the certificate's OUs say none, or several. */
  role?: Role
  /** The OUs of the certificate that are no role: Fabric CA's affiliation. */
  affiliation: string[]
  /** For access control by attributes (ABAC), without Fabric CA's own, which begin with `hf.`. */
  attributes: Record<string, string>
  /** `C=US, ST=…, CN=…`, in the order of the certificate. */
  subject: string
  issuer: string
  notBefore: Millis
  notAfter: Millis
  /** PEM. */
  certificate: string
  clientIds: ClientIds
  /** Signs for the author where a call names nobody. */
  isDefault: boolean
  /** Signs endorsements; made with the organisation and removed with it. */
  isEndorser: boolean
  /** Why a peer refuses what it signs; absent where it does not. */
  problem?: string
  /** Why it cannot be read at all; the rest is then empty. */
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
  /** As Fabric CA writes them: `org1.department1`. */
  affiliation?: string
}

export interface ImportIdentity {
  name: string
  mspId?: string
  /** PEM. */
  certificate: string
  privateKey: string
  /** PEM of the CAs that issued it, one after another: trusted as CAs of the organisation from now on. */
  caCertificates?: string
}

/** All that a client needs to act as it. PEM. */
export interface ExportedIdentity {
  name: string
  mspId: string
  certificate: string
  privateKey: string
  caCertificates: string[]
}

/** What a door may ask of organisations and identities. */
export interface IdentityApi {
  /** Organisations and who is in them, the peer's own first. */
  readIdentities(args: Record<string, never>): Promise<OrganisationDescription[]>
  /** Make an organisation with a CA, a peer and `User1`. */
  addOrganisation(args: { mspId: string }): Promise<void>
  /** Have an organisation's CA make an identity. Never overwrites one. */
  issueIdentity(args: IssueIdentity): Promise<IdentityDescription>
  importIdentity(args: ImportIdentity): Promise<IdentityDescription>
  /** Its private key included. */
  exportIdentity(args: { identity: string }): Promise<ExportedIdentity>
  removeIdentity(args: { identity: string }): Promise<void>
  /** Who calls where nobody is named. */
  setDefaultIdentity(args: { identity: string }): Promise<void>
}
