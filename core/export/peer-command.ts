import { stringify } from 'yaml'
import type { ExportedFile } from '../contract/export.ts'
import { namesOf, ORDERER_NAME, type ExportedOrderer, type ExportedOrganisation } from './exported-network.ts'

/** Where the files that the variables name are, each absolute. */
export interface PeerCommandPlaces {
  /** Holds `core.yaml`. */
  config: string
  msp: string
  /** The TLS root of the peer, and of the orderer. */
  peerTlsRoot: string
  ordererTlsRoot: string
  /** Of the client's TLS certificate and key, `client.crt` and `client.key`; undefined: none is needed. */
  clientTls?: string | undefined
}

/**
 * Variables that let Fabric's `peer` command act for an organisation, to be sourced by a shell (cmd/peer and
 * internal/peer/common, v2.5). The orderer's are the names the public samples use: `-o "$ORDERER_ADDRESS"`.
 */
export function peerVariables(
  { mspId, peer, tlsCaCertificate }: ExportedOrganisation,
  orderer: ExportedOrderer,
  places: PeerCommandPlaces,
): string {
  const tls = tlsCaCertificate !== undefined
  const variables = {
    FABRIC_CFG_PATH: places.config,
    CORE_PEER_ADDRESS: peer.address,
    CORE_PEER_LOCALMSPID: mspId,
    CORE_PEER_MSPCONFIGPATH: places.msp,
    CORE_PEER_TLS_ENABLED: String(tls),
    ...(tls && {
      CORE_PEER_TLS_ROOTCERT_FILE: places.peerTlsRoot,
      CORE_PEER_TLS_SERVERHOSTOVERRIDE: namesOf(mspId).peer,
    }),
    ...(places.clientTls !== undefined && {
      CORE_PEER_TLS_CLIENTAUTHREQUIRED: 'true',
      CORE_PEER_TLS_CLIENTCERT_FILE: `${places.clientTls}/client.crt`,
      CORE_PEER_TLS_CLIENTKEY_FILE: `${places.clientTls}/client.key`,
    }),
    ORDERER_ADDRESS: orderer.address,
    ...(orderer.tlsCaCertificate !== undefined && {
      ORDERER_CA: places.ordererTlsRoot,
      ORDERER_HOST: ORDERER_NAME,
    }),
  }
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quoted(value)}\n`)
    .join('')
}

/** The least that the `peer` command reads of its own file, without which it doesn't start. */
export function coreYaml(path: string): ExportedFile {
  const content = {
    peer: {
      id: 'slipway',
      networkId: 'dev',
      BCCSP: { Default: 'SW', SW: { Hash: 'SHA2', Security: 256, FileKeyStore: { KeyStore: '' } } },
      client: { connTimeout: '3s' },
      tls: { enabled: false },
    },
  }
  return { path, text: stringify(content) }
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
