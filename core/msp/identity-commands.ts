import { createHash, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import type {
  IdentityApi,
  IdentityDescription,
  ImportIdentity,
  IssueIdentity,
  KeyAlgorithm,
} from '../contract/identity.ts'
import type { Identities } from './dev-ca.ts'
import { describeIdentity } from './describe-identity.ts'
import { identityName, parseIdentityName, validName } from './identity-name.ts'
import { readImport } from './import-identity.ts'
import type { KeyRules } from './key-rules.ts'
import type { KeyPair } from './make-certificates.ts'
import { pair, readPair, readUsers, type Organisation } from './organisation.ts'
import { algorithmOf } from './signature.ts'
import { makeFolder, removeFolder, replaceFile } from './pem-files.ts'

/** @param changed called after each change */
export function identityCommands(
  identities: Identities,
  changed: () => void | Promise<void> = () => undefined,
): IdentityApi {
  const [localMspId = ''] = identities.organisations()
  const parse = (identity: string) => parseIdentityName(identity, localMspId)
  const describe = (organisation: Organisation, name: string): Promise<IdentityDescription> =>
    describeIdentity(organisation, name, { defaultId: identities.clientId, keys: identities.keys })

  const describeAll = async (mspId: string) => {
    const organisation = identities.organisation(mspId)
    const names = ['peer', ...(await readUsers(organisation.folder))]
    return {
      mspId,
      isLocal: mspId === localMspId,
      caCertificates: [...organisation.caCertificates],
      identities: await Promise.all(names.map((name) => describe(organisation, name))),
    }
  }

  const add = async (organisation: Organisation, name: string, keyPair: KeyPair) => {
    const { folder, mspId } = organisation
    const isNew = await writing(join(folder, name), () => makeFolder(join(folder, name), pair('.', keyPair)))
    if (!isNew) throw new PeerError('IDENTITY_EXISTS', { identity: identityName(name, mspId) })
    await identities.changed(mspId, name)
    await changed()
    return describe(organisation, name)
  }

  return {
    readIdentities: () => Promise.all(identities.organisations().map(describeAll)),

    async addOrganisation({ mspId }) {
      if (identities.organisations().includes(mspId)) throw new PeerError('ORGANISATION_EXISTS', { mspId })
      await identities.addOrganisation(mspId)
      await changed()
    },

    async issueIdentity({ mspId = localMspId, ...request }) {
      const organisation = identities.organisation(mspId)
      mustBeAccepted(identities.keys, request.keyAlgorithm)
      return add(organisation, request.name, await issue(organisation, request))
    },

    async importIdentity({ name, mspId = localMspId, ...files }) {
      const organisation = identities.organisation(mspId)
      return add(organisation, validName(name), await importInto(organisation, files, identities.keys))
    },

    async exportIdentity({ identity }) {
      const { name, mspId } = parse(identity)
      await identities.find(identity)
      const { folder, caCertificates } = identities.organisation(mspId)
      return { name, mspId, ...(await readPair(join(folder, name))), caCertificates: [...caCertificates] }
    },

    async removeIdentity({ identity }) {
      const { name, mspId } = parse(identity)
      const { folder } = identities.organisation(mspId)
      const id = identityName(name, mspId)
      if (name === 'peer') throw new PeerError('IDENTITY_NEEDED', { identity: id, reason: `It endorses for ${mspId}.` })
      if (id === identities.clientId) {
        throw new PeerError('IDENTITY_NEEDED', { identity: id, reason: 'It signs calls that name no identity.' })
      }
      const users = await readUsers(folder)
      if (!users.includes(name)) {
        const known = users.map((user) => identityName(user, mspId))
        throw new PeerError('IDENTITY_UNKNOWN', { identity: id, known })
      }
      await writing(join(folder, name), () => removeFolder(join(folder, name)))
      await identities.changed(mspId, name)
      await changed()
    },

    async setDefaultIdentity({ identity }) {
      await identities.setClient(identity)
      await changed()
    },
  }
}

/** A certificate of the organisation's CA. @throws PeerError IDENTITY_INVALID, IDENTITY_DAMAGED */
export async function issue(
  { folder }: Organisation,
  { name, role = 'client', attributes, affiliation, keyAlgorithm }: Omit<IssueIdentity, 'mspId'>,
): Promise<KeyPair> {
  const request = {
    name: validName(name),
    role,
    attributes: attributes && checked(attributes),
    affiliation,
    keyAlgorithm,
  }
  const ca = await readPair(join(folder, 'ca'))
  const { issueCertificate } = await import('./make-certificates.ts')
  return issueCertificate(ca, request)
}

/** The given identity; its CAs become the organisation's. @throws PeerError IDENTITY_INVALID, IDENTITY_KEY, IDENTITY_WRITE */
async function importInto(
  { mspId, folder }: Organisation,
  files: Omit<ImportIdentity, 'name' | 'mspId'>,
  keys: KeyRules,
): Promise<KeyPair> {
  const imported = readImport(mspId, files)
  mustBeAccepted(keys, algorithmOf(new X509Certificate(imported.pair.certificate).publicKey))
  for (const root of imported.roots) {
    const digest = createHash('sha256').update(new X509Certificate(root).raw).digest('hex').slice(0, 16)
    const file = join(folder, 'roots', `${digest}.pem`)
    await writing(file, () => replaceFile(file, root))
  }
  return imported.pair
}

/** @throws PeerError IDENTITY_KEY */
function mustBeAccepted({ accepted }: KeyRules, algorithm: KeyAlgorithm = 'ECDSA'): void {
  if (!accepted.includes(algorithm)) throw new PeerError('IDENTITY_KEY', { algorithm })
}

async function writing<T>(file: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    throw new PeerError('IDENTITY_WRITE', { file, message: messageOf(error) }, { cause: error })
  }
}

/** Fabric CA's own attributes say who it is; an author may not set them. @throws PeerError IDENTITY_INVALID */
function checked(attributes: Record<string, string>): Record<string, string> {
  for (const name of Object.keys(attributes)) {
    if (name !== '' && !name.startsWith('hf.')) continue
    const message = `The attribute ${JSON.stringify(name)} may not be set.`
    throw new PeerError('IDENTITY_INVALID', { message })
  }
  return attributes
}
