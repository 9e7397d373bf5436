import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { systemFault } from '../contract/system-fault.ts'
import type { SigningIdentity } from './identity.ts'
import { damaged, makeFolder, readPem } from './pem-files.ts'
import { readRevoked, REVOKED_FILE } from './revoked.ts'
import { signingIdentity } from './signing-identity.ts'
import { openTlsCa } from './tls-ca.ts'

/** An organisation on disk: `ca`, `peer` and its users, each with `cert.pem` and `key.pem`; `roots` has other CAs. */
export interface Organisation {
  readonly mspId: string
  readonly folder: string
  /** Endorses for it. */
  readonly peer: SigningIdentity
  /** PEM: its own CA first, then those of imported identities. */
  caCertificates: readonly string[]
  /** The certificate of the CA that signs its TLS certificates, PEM. */
  readonly tlsRoot: string
  /** Serial numbers of the certificates that its CA has revoked, as serialOf. */
  revoked: ReadonlySet<string>
}

/** Names in an organisation's folder that aren't users. */
export const RESERVED: readonly string[] = ['ca', 'tlsca', 'peer', 'roots', 'organisations', 'default', REVOKED_FILE]
/** The user that every organisation begins with. */
export const FIRST_USER = 'User1'

/**
 * The organisation in that folder, which is made the first time, completely or not at all: a CA that signs a peer and a
 * client. Throws IDENTITY_DAMAGED if it can't be read, LEDGER_OPEN if it can't be written.
 * @param caName the CN of a new CA
 */
export async function openOrganisation(
  place: { folder: string; dataDir: string },
  mspId: string,
  caName: string,
): Promise<Organisation> {
  const { folder, dataDir } = place
  if (!(await exists(folder))) await make(folder, dataDir, caName)
  const [peer, caCertificates, tlsRoot, revoked] = await Promise.all([
    readSigningIdentity(join(folder, 'peer'), mspId),
    readCaCertificates(folder),
    openTlsCa({ folder, mspId }).catch((error: unknown) => {
      throw unopened(dataDir, error)
    }),
    readRevoked(folder),
  ])
  return { mspId, folder, peer, caCertificates, tlsRoot, revoked }
}

/** Whether the folder can be listed; if it exists and can't be, making it fails and reports why. */
function exists(folder: string): Promise<boolean> {
  return readdir(folder).then(
    () => true,
    () => false,
  )
}

async function make(folder: string, dataDir: string, caName: string): Promise<void> {
  try {
    const { makeCA, issueCertificate } = await import('./make-certificates.ts')
    const ca = await makeCA(caName)
    const peer = await issueCertificate(ca, { name: 'peer0', role: 'peer' })
    const user = await issueCertificate(ca, { name: FIRST_USER, role: 'client' })
    // If another peer was faster, its organisation is as good.
    await makeFolder(folder, { ...pair('ca', ca), ...pair('peer', peer), ...pair(FIRST_USER, user) })
  } catch (error) {
    throw unopened(dataDir, error)
  }
}

/** Why what belongs to an organisation couldn't be made. */
export function unopened(dataDir: string, error: unknown): Error {
  if (error instanceof PeerError) return error
  return new PeerError(
    'LEDGER_OPEN',
    { dataDir, message: messageOf(error), fault: systemFault(error) },
    { cause: error },
  )
}

/** The two files of an identity. */
export function pair(folder: string, { certificate, privateKey }: { certificate: string; privateKey: string }) {
  return { [join(folder, 'key.pem')]: privateKey, [join(folder, 'cert.pem')]: certificate }
}

/** What `pair` wrote, PEM. @throws PeerError IDENTITY_DAMAGED */
export async function readPair(folder: string): Promise<{ certificate: string; privateKey: string }> {
  const [certificate, privateKey] = await Promise.all([
    readPem(join(folder, 'cert.pem')),
    readPem(join(folder, 'key.pem')),
  ])
  return { certificate, privateKey }
}

/** @throws PeerError IDENTITY_DAMAGED */
export async function readSigningIdentity(folder: string, mspId: string): Promise<SigningIdentity> {
  const { certificate, privateKey } = await readPair(folder)
  try {
    return signingIdentity(mspId, certificate, privateKey)
  } catch (error) {
    throw damaged(folder, error)
  }
}

/** @throws PeerError IDENTITY_DAMAGED */
export async function readCaCertificates(folder: string): Promise<string[]> {
  const roots = join(folder, 'roots')
  const names = (await readdir(roots).catch(() => [])).filter((name) => name.endsWith('.pem'))
  return Promise.all([
    readPem(join(folder, 'ca', 'cert.pem')),
    ...names.sort().map((name) => readPem(join(roots, name))),
  ])
}

/** The names of its users, `User1` first, the others sorted. */
export async function readUsers(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const users = entries
    .filter((entry) => entry.isDirectory() && !RESERVED.includes(entry.name) && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
  return users.sort((a, b) => Number(b === FIRST_USER) - Number(a === FIRST_USER) || (a < b ? -1 : 1))
}
