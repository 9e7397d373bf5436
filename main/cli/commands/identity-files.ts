import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf } from '../../../core/contract/error-message.ts'
import { PeerError } from '../../../core/contract/error.ts'
import type { ExportedIdentity } from '../../../core/contract/identity.ts'

/**
 * Write an identity into a new folder: `cert.pem`, `key.pem` and `ca.pem`, or an MSP folder as the peer CLI takes it in
 * CORE_PEER_MSPCONFIGPATH. Returns the files. Throws IDENTITY_EXISTS if the folder exists, IDENTITY_WRITE.
 */
export async function writeIdentity(folder: string, identity: ExportedIdentity, asMsp: boolean): Promise<string[]> {
  const files = asMsp ? await mspFiles(identity) : pemFiles(identity)
  try {
    await mkdir(dirname(folder), { recursive: true })
    await mkdir(folder, { mode: 0o700 })
    for (const [name, text] of Object.entries(files)) {
      const file = join(folder, name)
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      await writeFile(file, text, { mode: 0o600, flag: 'wx' })
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new PeerError('IDENTITY_EXISTS', { identity: folder }, { cause: error })
    }
    throw new PeerError('IDENTITY_WRITE', { file: folder, message: messageOf(error) }, { cause: error })
  }
  return Object.keys(files).map((name) => join(folder, name))
}

function pemFiles({ certificate, privateKey, caCertificates }: ExportedIdentity): Record<string, string> {
  return { 'cert.pem': certificate, 'key.pem': privateKey, 'ca.pem': caCertificates.join('') }
}

async function mspFiles(identity: ExportedIdentity): Promise<Record<string, string>> {
  const { identityMsp } = await import('../../../core/index.ts')
  return Object.fromEntries(identityMsp('.', identity, identity).map(({ path, text }) => [path, text]))
}
