import type { ExportedFile } from '../contract/export.ts'
import type { Pem } from './exported-network.ts'

/** What an MSP folder says of its organisation. */
export interface MspOrganisation {
  caCertificates: readonly string[]
  tlsCaCertificate?: string | undefined
  /** Of the first CA's file in `cacerts`; default `ca-cert.pem`. */
  caFile?: string
}

/**
 * The MSP folder of an identity, as the peer command takes it in CORE_PEER_MSPCONFIGPATH
 * (docs/source/membership/membership.md). The peer finds the key by its certificate, whatever its file is called.
 */
export function identityMsp(
  folder: string,
  organisation: MspOrganisation,
  { certificate, privateKey }: Pem,
  certificateFile = 'cert.pem',
): ExportedFile[] {
  return [
    ...organisationMsp(folder, organisation),
    { path: `${folder}/signcerts/${certificateFile}`, text: certificate },
    { path: `${folder}/keystore/priv_sk`, text: privateKey, secret: true },
  ]
}

/** The MSP folder of an organisation: who its members are. It holds no keys. */
export function organisationMsp(
  folder: string,
  { caCertificates, tlsCaCertificate, caFile = 'ca-cert.pem' }: MspOrganisation,
): ExportedFile[] {
  return [
    { path: `${folder}/config.yaml`, text: NODE_OUS },
    ...caCertificates.map((text, i) => ({ path: `${folder}/cacerts/${i === 0 ? caFile : `ca${i}-cert.pem`}`, text })),
    ...(tlsCaCertificate === undefined ? [] : [{ path: `${folder}/tlscacerts/tls${caFile}`, text: tlsCaCertificate }]),
  ]
}

/** Without a `Certificate`, any CA of the organisation can give the role. */
const NODE_OUS = `NodeOUs:
  Enable: true
  ClientOUIdentifier:
    OrganizationalUnitIdentifier: client
  PeerOUIdentifier:
    OrganizationalUnitIdentifier: peer
  AdminOUIdentifier:
    OrganizationalUnitIdentifier: admin
  OrdererOUIdentifier:
    OrganizationalUnitIdentifier: orderer
`
