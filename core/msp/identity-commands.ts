import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import type { IdentityApi, IdentityDescription, ImportIdentity, IssueIdentity } from '../contract/identity.ts'
import type { Identities } from './dev-ca.ts'
import { describeIdentity } from './describe-identity.ts'
import { identityName, parseIdentityName, validName } from './identity-name.ts'
import { pair, readUsers, type Organisation } from './organisation.ts'
import { makeFolder, readPem, removeFolder, replaceFile } from './pem-files.ts'
import { signingIdentity } from './signing-identity.ts'

/** @param changed is told after each change */
export function identityCommands(
  identities: Identities,
  changed: () => void | Promise<void> = () => undefined,
): IdentityApi {
  const [localMspId = ''] = identities.organisations()
  const parse = (identity: string) => parseIdentityName(identity, localMspId)
  const describe = (organisation: Organisation, name: string): Promise<IdentityDescription> =>
    describeIdentity(organisation, name, identities.clientId)

  const keep = async (organisation: Organisation, name: string, made: { certificate: string; privateKey: string }) => {
    const { folder, mspId } = organisation
    const isNew = await writing(join(folder, name), () => makeFolder(join(folder, name), pair('.', made)))
    if (!isNew) throw new PeerError('IDENTITY_EXISTS', { identity: identityName(name, mspId) })
    await identities.changed(mspId, name)
    await changed()
    return describe(organisation, name)
  }

  return {
    async readIdentities() {
      return Promise.all(
        identities.organisations().map(async (mspId) => {
          const organisation = identities.organisation(mspId)
          const names = ['peer', ...(await readUsers(organisation.folder))]
          return {
            mspId,
            isLocal: mspId === localMspId,
            caCertificates: [...organisation.caCertificates],
            identities: await Promise.all(names.map((name) => describe(organisation, name))),
          }
        }),
      )
    },

    async addOrganisation({ mspId }) {
      if (identities.organisations().includes(mspId)) throw new PeerError('ORGANISATION_EXISTS', { mspId })
      await identities.addOrganisation(mspId)
      await changed()
    },

    async issueIdentity({ name, mspId = localMspId, role = 'client', attributes, affiliation }: IssueIdentity) {
      const organisation = identities.organisation(mspId)
      const request = {
        name: validName(name),
        role,
        ...(attributes === undefined ? {} : { attributes: checked(attributes) }),
        ...(affiliation === undefined ? {} : { affiliation }),
      }
      const [certificate, privateKey] = await Promise.all([
        readPem(join(organisation.folder, 'ca', 'cert.pem')),
        readPem(join(organisation.folder, 'ca', 'key.pem')),
      ])
      const { issueCertificate } = await import('./make-certificates.ts')
      return keep(organisation, name, await issueCertificate({ certificate, privateKey }, request))
    },

    async importIdentity({ name, mspId = localMspId, caCertificates, ...given }: ImportIdentity) {
      const organisation = identities.organisation(mspId)
      validName(name)
      const made = { certificate: certificateOf(given.certificate), privateKey: privateKeyOf(given.privateKey) }
      try {
        signingIdentity(mspId, made.certificate, made.privateKey)
      } catch (error) {
        throw invalid(error)
      }
      const roots = caCertificates === undefined ? [] : pemBlocks(caCertificates).map(caCertificateOf)
      for (const root of roots) {
        const digest = createHash('sha256').update(new X509Certificate(root).raw).digest('hex').slice(0, 16)
        const file = join(organisation.folder, 'roots', `${digest}.pem`)
        await writing(file, () => replaceFile(file, root))
      }
      return keep(organisation, name, made)
    },

    async exportIdentity({ identity }) {
      const { name, mspId } = parse(identity)
      await identities.find(identity)
      const { folder, caCertificates } = identities.organisation(mspId)
      const [certificate, privateKey] = await Promise.all([
        readPem(join(folder, name, 'cert.pem')),
        readPem(join(folder, name, 'key.pem')),
      ])
      return { name, mspId, certificate, privateKey, caCertificates: [...caCertificates] }
    },

    async removeIdentity({ identity }) {
      const { name, mspId } = parse(identity)
      const { folder } = identities.organisation(mspId)
      const id = identityName(name, mspId)
      if (name === 'peer') throw new PeerError('IDENTITY_NEEDED', { identity: id, reason: `It endorses for ${mspId}.` })
      if (id === identities.clientId) {
        throw new PeerError('IDENTITY_NEEDED', { identity: id, reason: 'It is who calls where nobody is named.' })
      }
      const users = await readUsers(folder)
      if (!users.includes(name)) {
        const known = users.map((one) => identityName(one, mspId))
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

async function writing<T>(file: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    throw new PeerError('IDENTITY_WRITE', { file, message: messageOf(error) }, { cause: error })
  }
}

/** Fabric CA's own attributes say who it is; they are not the author's to set. @throws PeerError IDENTITY_INVALID */
function checked(attributes: Record<string, string>): Record<string, string> {
  for (const name of Object.keys(attributes)) {
    if (name === '' || name.startsWith('hf.')) {
      throw invalid(new Error(`${JSON.stringify(name)} is no name of an attribute that may be set.`))
    }
  }
  return attributes
}

function certificateOf(text: string): string {
  try {
    return `${new X509Certificate(text).toString().trim()}\n`
  } catch (error) {
    throw invalid(new Error(`The certificate cannot be read: ${messageOf(error)}.`, { cause: error }))
  }
}

function caCertificateOf(text: string): string {
  const certificate = certificateOf(text)
  if (!new X509Certificate(certificate).ca) throw invalid(new Error('What was given as a CA is no certificate of one.'))
  return certificate
}

/** As PKCS#8, whatever form of PEM it was in. */
function privateKeyOf(text: string): string {
  try {
    return createPrivateKey(text).export({ type: 'pkcs8', format: 'pem' }).toString()
  } catch (error) {
    throw invalid(new Error(`The private key cannot be read: ${messageOf(error)}.`, { cause: error }))
  }
}

function pemBlocks(text: string): string[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) throw invalid(new Error('There is no certificate in what was given for its CA.'))
  return blocks
}

function invalid(error: unknown): PeerError {
  return new PeerError('IDENTITY_INVALID', { message: messageOf(error) }, { cause: error })
}
