import { posix } from 'node:path'
import type { TlsCertificates } from '../msp/tls-certificates.ts'

/** A file to write into a container before it starts. */
export interface TlsFile {
  path: string
  content: string
  /** Permissions. */
  mode: number
}

/** Where Fabric puts them in a container. */
const FABRIC_FOLDER = '/etc/hyperledger/fabric'

/**
 * The files and variables that a Fabric peer gives a chaincode for TLS, in the same encodings (v1.4 and later:
 * core/container/dockercontroller/dockercontroller.go): key and certificate twice, as base64 of their PEM for Node's
 * and Java's shims and as PEM for Go's, since each shim reads only one of the two forms.
 */
export function tlsFiles(
  { ca, client }: Pick<TlsCertificates, 'ca' | 'client'>,
  folder = FABRIC_FOLDER,
): { env: Record<string, string>; files: TlsFile[] } {
  const base64 = (pem: string) => Buffer.from(pem).toString('base64')
  const entries = [
    { variable: 'CORE_TLS_CLIENT_KEY_PATH', name: 'client.key', content: base64(client.privateKey) },
    { variable: 'CORE_TLS_CLIENT_CERT_PATH', name: 'client.crt', content: base64(client.certificate) },
    { variable: 'CORE_TLS_CLIENT_KEY_FILE', name: 'client_pem.key', content: client.privateKey },
    { variable: 'CORE_TLS_CLIENT_CERT_FILE', name: 'client_pem.crt', content: client.certificate },
    { variable: 'CORE_PEER_TLS_ROOTCERT_FILE', name: 'peer.crt', content: ca },
  ].map(({ name, ...rest }) => ({ ...rest, path: posix.join(folder, name) }))
  return {
    env: {
      CORE_PEER_TLS_ENABLED: 'true',
      ...Object.fromEntries(entries.map(({ variable, path }) => [variable, path])),
    },
    // The chaincode may run as any user of its image.
    files: entries.map(({ path, content }) => ({ path, content, mode: 0o644 })),
  }
}
