import { join } from 'node:path'
import type { KeyPair } from './make-certificates.ts'
import { domainOf, nodeNameOf } from './network-names.ts'
import { isFolder, makeFolder, readPem } from './pem-files.ts'
import type { TlsUse } from './tls-certificates.ts'

/** The CA of an organisation's TLS certificates, in a folder beside its identities: a root that was exported stays true. */
export const TLS_CA_FOLDER = 'tlsca'

/** Whose TLS certificates they are. */
export interface TlsOwner {
  readonly mspId: string
  readonly folder: string
}

/**
 * The certificate of an organisation's TLS CA, PEM; the CA is made the first time. Throws IDENTITY_DAMAGED, and what the
 * file system throws if it can't be written.
 */
export async function openTlsCa({ folder, mspId }: TlsOwner): Promise<string> {
  const place = join(folder, TLS_CA_FOLDER)
  if (!(await isFolder(place))) {
    const { makeTlsCa } = await import('./tls-certificates.ts')
    const { certificate, privateKey } = await makeTlsCa(`O=${domainOf(mspId)}, CN=tlsca.${domainOf(mspId)}`)
    // If another process was faster, its CA is as good.
    await makeFolder(place, { 'key.pem': privateKey, 'cert.pem': certificate })
  }
  return readPem(join(place, 'cert.pem'))
}

/**
 * A TLS certificate of an organisation. `hosts`: names and addresses at which it is reached, where it listens. Throws
 * IDENTITY_DAMAGED.
 */
export async function issueTls(
  { mspId, folder }: TlsOwner,
  { name, use, hosts = [] }: { name: string; use: TlsUse; hosts?: readonly string[] },
): Promise<KeyPair> {
  const place = join(folder, TLS_CA_FOLDER)
  const [certificate, privateKey] = await Promise.all([
    readPem(join(place, 'cert.pem')),
    readPem(join(place, 'key.pem')),
  ])
  const { issueTlsCertificate } = await import('./tls-certificates.ts')
  const request = { subject: `O=${domainOf(mspId)}, CN=${name}`, use, hosts }
  return issueTlsCertificate({ certificate, privateKey }, request)
}

/** That of an organisation's node, under the test network's names and at this machine's own. Throws IDENTITY_DAMAGED. */
export function issueNodeTls(owner: TlsOwner, host: string): Promise<KeyPair> {
  const name = nodeNameOf(owner.mspId)
  const [short = name] = name.split('.')
  const hosts = new Set([name, short, 'localhost', '127.0.0.1', '::1', host.replace(/^\[(.*)\]$/, '$1')])
  return issueTls(owner, { name, use: 'both', hosts: [...hosts] })
}
