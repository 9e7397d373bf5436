import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PeerError } from '../contract/error.ts'
import type { SigningIdentity } from './identity.ts'
import { signingIdentity } from './signing-identity.ts'

/** Who acts in a development peer. */
export interface Identities {
  /** Signs proposals and envelopes: `User1`, an ordinary client of the organisation. */
  client: SigningIdentity
  /** Signs endorsements. */
  peer: SigningIdentity
  /** The development CA's certificate, PEM. */
  caCertificate: string
}

/**
 * The identities in `<dataDir>/msp`, made the first time: a CA that signs a peer and a client. Made all at once or
 * not at all, so that a crash leaves no half of them. Throws IDENTITY_DAMAGED where they cannot be read, LEDGER_OPEN
 * where they cannot be written.
 */
export async function openIdentities(dataDir: string, mspId: string): Promise<Identities> {
  const folder = join(dataDir, 'msp')
  if (!(await exists(folder))) await make(dataDir, folder)
  const [client, peer, caCertificate] = await Promise.all([
    readIdentity(join(folder, 'User1'), mspId),
    readIdentity(join(folder, 'peer'), mspId),
    readPem(join(folder, 'ca', 'cert.pem')),
  ])
  return { client, peer, caCertificate }
}

async function make(dataDir: string, folder: string): Promise<void> {
  const made = join(dataDir, `msp-${randomUUID()}`)
  try {
    const { makeCertificates } = await import('./make-certificates.ts')
    const { ca, peer, user1 } = await makeCertificates()
    for (const [name, pair] of [
      ['ca', ca],
      ['peer', peer],
      ['User1', user1],
    ] as const) {
      await writePrivate(join(made, name, 'key.pem'), pair.privateKey)
      await writePrivate(join(made, name, 'cert.pem'), pair.certificate)
    }
    await rename(made, folder)
  } catch (error) {
    await rm(made, { recursive: true, force: true })
    // Another peer was faster: its identities are as good.
    if (await exists(folder)) return
    const message = error instanceof Error ? error.message : String(error)
    throw new PeerError('LEDGER_OPEN', { dataDir, message }, { cause: error })
  }
}

async function writePrivate(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, text, { mode: 0o600, flush: true })
}

async function readIdentity(folder: string, mspId: string): Promise<SigningIdentity> {
  const [certificate, privateKey] = await Promise.all([
    readPem(join(folder, 'cert.pem')),
    readPem(join(folder, 'key.pem')),
  ])
  try {
    return signingIdentity(mspId, certificate, privateKey)
  } catch (error) {
    throw damaged(folder, error)
  }
}

async function readPem(file: string): Promise<string> {
  try {
    const text = await readFile(file, 'utf8')
    if (!text.startsWith('-----BEGIN ')) throw new Error('it is not PEM')
    return text
  } catch (error) {
    throw damaged(file, error)
  }
}

function damaged(file: string, error: unknown): PeerError {
  return new PeerError(
    'IDENTITY_DAMAGED',
    { file, message: error instanceof Error ? error.message : String(error) },
    { cause: error },
  )
}

async function exists(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory()
  } catch {
    // Whatever keeps it from being looked at will be said when it is made or read.
    return false
  }
}
