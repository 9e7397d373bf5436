import { join } from 'node:path'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { openDefaultClient } from './default-client.ts'
import { identityName, parseIdentityName } from './identity-name.ts'
import type { SigningIdentity } from './identity.ts'
import { ECDSA_ONLY, type KeyRules } from './key-rules.ts'
import { mspManager, type MSPManager } from './msp.ts'
import { readCaCertificates, type Organisation } from './organisation.ts'
import { openOrganisations } from './organisations.ts'
import { openOrderingOrganisation, type OrderingOrganisation } from './ordering-organisation.ts'
import { REVOKED_FILE, writeRevoked } from './revoked.ts'
import { newUsers, organisationsWith } from './users.ts'

/** Who acts in a development peer: the organisations of `<dataDir>/msp`, each with its CA, its peer and its users. */
export interface Identities {
  /** Signs proposals and envelopes if a call names nobody. */
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
  /** The id of `alice` or `alice@Org2MSP`, which need not exist; of the default client if undefined. */
  idOf(identity: string | undefined): string
  /**
   * The same, but `recipient` alone is looked for: in the peer's own organisation, and if it isn't there, in all others.
   * @throws PeerError IDENTITY_AMBIGUOUS if several of those have it, IDENTITY_INVALID
   */
  resolve(identity: string): Promise<string>
  /** @throws PeerError IDENTITY_UNKNOWN, ORGANISATION_UNKNOWN, IDENTITY_DAMAGED */
  find(identity: string): Promise<SigningIdentity>
  /** Signs blocks. */
  readonly orderer: OrderingOrganisation
  /** The keys that identities may have. */
  readonly keys: KeyRules
  /** Knows the members of every organisation, the ordering one included. */
  readonly msps: MSPManager
  /** Make it unless it exists. @throws PeerError ORGANISATION_INVALID, LEDGER_OPEN, IDENTITY_DAMAGED */
  addOrganisation(mspId: string): Promise<void>
  /** Use it if a call names nobody, from now on and at the next start. @throws as find, and IDENTITY_WRITE */
  setClient(identity: string): Promise<void>
  /**
   * Refuse certificates that an organisation's CA has issued, from now on and at the next start.
   * @param serials as serialOf
   * @throws PeerError IDENTITY_WRITE, ORGANISATION_UNKNOWN
   */
  revoke(mspId: string, serials: readonly string[]): Promise<void>
  /** Read again an identity whose files have changed, and the CAs of its organisation. */
  changed(mspId: string, name: string): Promise<void>
}

/**
 * Open the identities, which are made the first time. Each organisation is made completely or not at all, so that a
 * crash leaves none half made. Throws IDENTITY_DAMAGED if they can't be read, LEDGER_OPEN if they can't be written,
 * ORGANISATION_INVALID.
 * @param wanted organisations to make if they don't exist
 * @param keys what keys the channels' peers accept
 */
export async function openIdentities(
  dataDir: string,
  localMspId: string,
  wanted: readonly string[] = [],
  keys: KeyRules = ECDSA_ONLY,
): Promise<Identities> {
  const orderer = await openOrderingOrganisation(dataDir)
  const organisations = await openOrganisations(dataDir, localMspId, wanted)
  const msps = mspManager(
    (mspId) => (mspId === orderer.mspId ? orderer : organisations.find(mspId))?.caCertificates,
    keys,
    (mspId) => organisations.find(mspId)?.revoked ?? new Set(),
  )
  const users = newUsers(organisations, localMspId)
  const client = await openDefaultClient(join(dataDir, 'msp'), localMspId, users.find)
  const local = organisations.get(localMspId)

  return {
    get client() {
      return client.identity
    },
    get clientId() {
      return client.id
    },
    peer: local.peer,
    caCertificate: local.caCertificates[0] ?? '',
    organisations: organisations.ids,
    organisation: organisations.get,
    peerOf: (mspId) => organisations.get(mspId).peer,
    idOf(identity) {
      if (identity === undefined) return client.id
      const { name, mspId } = parseIdentityName(identity, localMspId)
      return identityName(name, mspId)
    },
    async resolve(identity) {
      const { name, mspId } = parseIdentityName(identity, localMspId)
      const owners = identity.includes('@') ? [] : await organisationsWith(name, organisations)
      if (owners.length === 0 || owners.includes(mspId)) return identityName(name, mspId)
      const [owner = mspId, ...others] = owners
      if (others.length === 0) return identityName(name, owner)
      throw new PeerError('IDENTITY_AMBIGUOUS', { name, known: owners.map((each) => identityName(name, each)) })
    },
    find: users.find,
    orderer,
    keys,
    msps,
    async addOrganisation(mspId) {
      await organisations.add(mspId)
      msps.clear()
    },
    setClient: client.choose,
    async revoke(mspId, serials) {
      const organisation = organisations.get(mspId)
      const revoked = new Set([...organisation.revoked, ...serials])
      try {
        await writeRevoked(organisation.folder, revoked)
      } catch (error) {
        const file = join(organisation.folder, REVOKED_FILE)
        throw new PeerError('IDENTITY_WRITE', { file, message: messageOf(error) }, { cause: error })
      }
      organisation.revoked = revoked
      msps.clear()
    },
    async changed(mspId, name) {
      users.forget(mspId, name)
      const organisation = organisations.get(mspId)
      organisation.caCertificates = await readCaCertificates(organisation.folder)
      msps.clear()
    },
  }
}
