import { isAbsolute, join } from 'node:path'
import { PeerError } from '../contract/error.ts'
import { exportLayouts, type ExportApi } from '../contract/export.ts'
import type { IdentityApi, OrganisationDescription } from '../contract/identity.ts'
import type { AuthorityState, ServicesState } from '../contract/state.ts'
import type {
  ExportedNetwork,
  ExportedOrderer,
  ExportedOrganisation,
  ExportedTls,
  ExportedUser,
} from '../export/exported-network.ts'
import { exportFiles } from '../export/export-files.ts'
import { writeFiles } from '../export/write-files.ts'
import type { Identities } from '../msp/dev-ca.ts'
import { readPair } from '../msp/organisation.ts'
import { addressesByService, type ExportRecords } from './export-records.ts'
import { issueNodeTls, issueTls, type TlsOwner } from '../msp/tls-ca.ts'

/** What an export is made of. */
export interface ExportParts {
  identities: Identities
  commands: IdentityApi
  /** Names. */
  channels(): string[]
  services(): ServicesState
  /** By MSP id. */
  authorities(): Record<string, AuthorityState>
  /** Told what was written. */
  records: Pick<ExportRecords, 'add'>
}

/** Installing and approving chaincode takes an administrator; each organisation of the test network has this one. */
const ADMIN = 'Admin'

/** Files for client applications. An organisation that has no `Admin` is given one, as in the test network. */
export function exportApi(parts: ExportParts): ExportApi {
  const readExport: ExportApi['readExport'] = async ({ folder, layout }) => {
    const refuse = (argument: string, message: string) => new PeerError('ARGUMENT_INVALID', { argument, message })
    if (!isAbsolute(folder)) throw refuse('The folder', 'It must be an absolute path.')
    // It may come over a wire.
    if (!exportLayouts.includes(layout)) throw refuse('The layout', 'It must be application or test-network.')
    return exportFiles(await exportedNetwork(parts), layout, folder)
  }
  return {
    readExport,
    async writeExport({ force, ...request }) {
      const named = addressesByService(parts.services(), parts.authorities())
      const written = await writeFiles(request.folder, await readExport(request), { force })
      await parts.records.add(request, named)
      return written
    },
  }
}

async function exportedNetwork(parts: ExportParts): Promise<ExportedNetwork> {
  const { identities, commands, channels, services } = parts
  const authorities = parts.authorities()
  await addAdmins(commands)
  const { peers, orderer, tls } = services()
  const organisations = await commands.readIdentities({})
  return {
    tls,
    channels: channels(),
    organisations: await Promise.all(
      organisations.map((organisation) => {
        const address = peers[organisation.mspId] ?? ''
        const owner = identities.organisation(organisation.mspId)
        const place = { address, tls, owner, tlsRoot: owner.tlsRoot, ca: authorities[organisation.mspId] }
        return exportedOrganisation(organisation, commands, place)
      }),
    ),
    orderer: await exportedOrderer(identities, orderer ?? '', tls),
  }
}

async function addAdmins(commands: IdentityApi): Promise<void> {
  for (const { mspId, identities } of await commands.readIdentities({})) {
    // On a file system that doesn't distinguish them, `admin` has the folder already.
    if (identities.some(({ name }) => name.toLowerCase() === ADMIN.toLowerCase())) continue
    await commands.issueIdentity({ name: ADMIN, mspId, role: 'admin' })
  }
}

interface Place {
  /** Of the peer. */
  address: string
  tls: ExportedTls
  owner: TlsOwner
  tlsRoot: string
  ca: AuthorityState | undefined
}

/** An identity that can't be read is left out; the list of identities says why. */
async function exportedOrganisation(
  { mspId, caCertificates, identities: members }: OrganisationDescription,
  { exportIdentity }: IdentityApi,
  { address, tls, owner, tlsRoot, ca }: Place,
): Promise<ExportedOrganisation> {
  const hasTls = tls !== 'none'
  const readable = members.filter(({ error, isEndorser }) => error === undefined && !isEndorser)
  const user = async ({ id, name }: { id: string; name: string }): Promise<ExportedUser> => ({
    ...(await exportIdentity({ identity: id })),
    tls: hasTls ? await issueTls(owner, { name, use: 'client' }) : undefined,
  })
  return {
    mspId,
    caCertificates,
    peer: {
      address,
      identity: await exportIdentity({ identity: `peer@${mspId}` }),
      tls: hasTls ? await issueNodeTls(owner, hostOf(address)) : undefined,
    },
    users: await Promise.all(readable.map(user)),
    tlsCaCertificate: hasTls ? tlsRoot : undefined,
    ca,
  }
}

async function exportedOrderer(
  { orderer }: Pick<Identities, 'orderer'>,
  address: string,
  tls: ExportedTls,
): Promise<ExportedOrderer> {
  const hasTls = tls !== 'none'
  return {
    mspId: orderer.mspId,
    caCertificates: [...orderer.caCertificates],
    address,
    identity: await readPair(join(orderer.folder, 'node')),
    tls: hasTls ? await issueNodeTls(orderer, hostOf(address)) : undefined,
    tlsCaCertificate: hasTls ? orderer.tlsRoot : undefined,
  }
}

function hostOf(address: string): string {
  return address.slice(0, Math.max(0, address.lastIndexOf(':'))) || 'localhost'
}
