import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { identityName, parseIdentityName } from './identity-name.ts'
import type { SigningIdentity } from './identity.ts'
import { mspManager, type MSPManager } from './msp.ts'
import {
  FIRST_USER,
  openOrganisation,
  readCaCertificates,
  readSigningIdentity,
  type Organisation,
} from './organisation.ts'
import { openOrderingOrganisation, ORDERER_MSP_ID, type OrderingOrganisation } from './ordering-organisation.ts'
import { damaged, isFolder, replaceFile } from './pem-files.ts'

/** Who acts in a development peer: the organisations of `<dataDir>/msp`, each with its CA, its peer and its users. */
export interface Identities {
  /** Signs proposals and envelopes where a call names nobody: `User1` of the peer's own organisation, or the chosen one. */
  readonly client: SigningIdentity
  /** Its id, `User1@Org1MSP`. */
  readonly clientId: string
  /** Signs endorsements for the peer's own organisation. */
  readonly peer: SigningIdentity
  /** The certificate of that organisation's CA, PEM. */
  readonly caCertificate: string
  /** MSP ids, the peer's own first. */
  organisations(): string[]
  /** @throws PeerError ORGANISATION_UNKNOWN */
  organisation(mspId: string): Organisation
  /** Signs endorsements for that organisation. @throws PeerError ORGANISATION_UNKNOWN */
  peerOf(mspId: string): SigningIdentity
  /** `alice` or `alice@Org2MSP` as an id; undefined is the default one. Does not look whether there is such a one. */
  idOf(identity: string | undefined): string
  /** @throws PeerError IDENTITY_UNKNOWN, ORGANISATION_UNKNOWN, IDENTITY_DAMAGED */
  find(identity: string): Promise<SigningIdentity>
  /** Signs blocks. */
  readonly orderer: OrderingOrganisation
  /** Tells who is a member of which organisation, the ordering one included. */
  readonly msps: MSPManager
  /** Make it unless it is there. @throws PeerError ORGANISATION_INVALID, LEDGER_OPEN, IDENTITY_DAMAGED */
  addOrganisation(mspId: string): Promise<void>
  /** Use it where a call names nobody, from now on and at the next start. @throws as find, and IDENTITY_WRITE */
  setClient(identity: string): Promise<void>
  /** The files of this one have changed, or the CAs of its organisation. */
  changed(mspId: string, name: string): Promise<void>
}

/**
 * Open the identities, made the first time. The peer's own organisation lies in `<dataDir>/msp` itself, others in
 * `msp/organisations/<mspId>`; each is made all at once or not at all, so that a crash leaves no half of one. Throws
 * IDENTITY_DAMAGED where they cannot be read, LEDGER_OPEN where they cannot be written, ORGANISATION_INVALID.
 * @param wanted organisations that are to be there, beside those that are
 */
export async function openIdentities(
  dataDir: string,
  localMspId: string,
  wanted: readonly string[] = [],
): Promise<Identities> {
  const root = join(dataDir, 'msp')
  const others = join(root, 'organisations')
  const all = new Map<string, Organisation>()
  const loaded = new Map<string, Promise<SigningIdentity>>()
  const orderer = await openOrderingOrganisation(dataDir)
  const msps = mspManager((mspId) => (mspId === orderer.mspId ? orderer : all.get(mspId))?.caCertificates)

  const open = async (mspId: string): Promise<Organisation> => {
    if (!VALID.test(mspId) || mspId === ORDERER_MSP_ID) throw new PeerError('ORGANISATION_INVALID', { mspId })
    if (mspId === localMspId) return openOrganisation({ folder: root, dataDir }, mspId, 'ca.slipway')
    await mkdir(others, { recursive: true, mode: 0o700 })
    return openOrganisation({ folder: join(others, mspId), dataDir }, mspId, `ca.${mspId.toLowerCase()}`)
  }
  const organisation = (mspId: string): Organisation => {
    const found = all.get(mspId)
    if (found === undefined) throw new PeerError('ORGANISATION_UNKNOWN', { mspId, known: [...all.keys()] })
    return found
  }
  const load = (id: string): Promise<SigningIdentity> => {
    const { name, mspId } = parseIdentityName(id, localMspId)
    const { folder } = organisation(mspId)
    const key = identityName(name, mspId)
    let found = loaded.get(key)
    if (found === undefined) {
      found = readUser(folder, name, mspId)
      loaded.set(key, found)
      // Whoever mends the files is not to be told of the old ones.
      found.catch(() => loaded.delete(key))
    }
    return found
  }

  all.set(localMspId, await open(localMspId))
  const found = (await readdir(others).catch(() => [])).filter((name) => VALID.test(name) && name !== localMspId)
  for (const mspId of new Set([...wanted, ...found.sort()])) {
    if (!all.has(mspId)) all.set(mspId, await open(mspId))
  }
  const local = organisation(localMspId)
  let clientId = identityName(FIRST_USER, localMspId)
  let client = await readClient()

  return {
    get client() {
      return client
    },
    get clientId() {
      return clientId
    },
    peer: local.peer,
    caCertificate: local.caCertificates[0] ?? '',
    organisations: () => [...all.keys()],
    organisation,
    peerOf: (mspId) => (mspId === localMspId ? local.peer : organisation(mspId).peer),
    idOf(identity) {
      if (identity === undefined) return clientId
      const { name, mspId } = parseIdentityName(identity, localMspId)
      return identityName(name, mspId)
    },
    find: load,
    orderer,
    msps,
    async addOrganisation(mspId) {
      if (!all.has(mspId)) all.set(mspId, await open(mspId))
      msps.clear()
    },
    async setClient(identity) {
      const { name, mspId } = parseIdentityName(identity, localMspId)
      const next = await load(identity)
      const file = join(root, 'default')
      try {
        await replaceFile(file, `${identityName(name, mspId)}\n`)
      } catch (error) {
        throw new PeerError('IDENTITY_WRITE', { file, message: messageOf(error) }, { cause: error })
      }
      clientId = identityName(name, mspId)
      client = next
    },
    async changed(mspId, name) {
      loaded.delete(identityName(name, mspId))
      const changed = organisation(mspId)
      changed.caCertificates = await readCaCertificates(changed.folder)
      msps.clear()
    },
  }

  /** The one that was chosen; where it is gone, the one that there is from the beginning. */
  async function readClient(): Promise<SigningIdentity> {
    const chosen = (await readFile(join(root, 'default'), 'utf8').catch(() => '')).trim()
    if (chosen === '' || chosen === clientId) return first()
    try {
      const identity = await load(chosen)
      clientId = chosen
      return identity
    } catch (error) {
      if (error instanceof PeerError && error.code === 'IDENTITY_DAMAGED') throw error
      return first()
    }
  }

  async function first(): Promise<SigningIdentity> {
    try {
      return await load(clientId)
    } catch (error) {
      if (!(error instanceof PeerError) || error.code !== 'IDENTITY_UNKNOWN') throw error
      throw damaged(join(root, FIRST_USER), new Error('it is gone'))
    }
  }

  async function readUser(folder: string, name: string, mspId: string): Promise<SigningIdentity> {
    const place = join(folder, name)
    if (await isFolder(place)) return readSigningIdentity(place, mspId)
    const id = identityName(name, mspId)
    const { readUsers } = await import('./organisation.ts')
    const known = (await readUsers(folder)).map((one) => identityName(one, mspId))
    throw new PeerError('IDENTITY_UNKNOWN', { identity: id, known })
  }
}

/** What an MSP id may be here: it is the name of a folder, and what a policy's text can name. */
const VALID = /^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/
