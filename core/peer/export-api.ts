import { isAbsolute, join } from 'node:path'
import { PeerError } from '../contract/error.ts'
import { exportLayouts, type ExportApi } from '../contract/export.ts'
import type { IdentityApi, OrganisationDescription } from '../contract/identity.ts'
import type { ServicesState } from '../contract/state.ts'
import type { ExportedNetwork, ExportedOrganisation } from '../export/exported-network.ts'
import { exportFiles } from '../export/export-files.ts'
import { writeFiles } from '../export/write-files.ts'
import { readPair } from '../msp/organisation.ts'
import type { OrderingOrganisation } from '../msp/ordering-organisation.ts'

/** What an export is made of. */
export interface ExportParts {
  identities: IdentityApi
  orderer: OrderingOrganisation
  /** Names. */
  channels(): string[]
  services(): ServicesState
}

/** Installing and approving chaincode takes an administrator; each organisation of the test network has this one. */
const ADMIN = 'Admin'

/** Files for client applications. An organisation that has no `Admin` is given one, as in the test network. */
export function exportApi(parts: ExportParts): ExportApi {
  const readExport: ExportApi['readExport'] = async ({ folder, layout }) => {
    const refuse = (argument: string, message: string) => new PeerError('ARGUMENT_INVALID', { argument, message })
    if (!isAbsolute(folder)) throw refuse('The folder', 'It must be an absolute path.')
    // It may come over a wire.
    if (!exportLayouts.includes(layout)) {
      throw refuse('The layout', 'It must be application or test-network.')
    }
    return exportFiles(await exportedNetwork(parts), layout, folder)
  }
  return {
    readExport,
    writeExport: async ({ force, ...request }) => writeFiles(request.folder, await readExport(request), { force }),
  }
}

async function exportedNetwork({ identities, orderer, channels, services }: ExportParts): Promise<ExportedNetwork> {
  await addAdmins(identities)
  const addresses = services()
  const organisations = await identities.readIdentities({})
  return {
    channels: channels(),
    organisations: await Promise.all(
      organisations.map((each) => exportedOrganisation(each, addresses.peers[each.mspId] ?? '', identities)),
    ),
    orderer: {
      mspId: orderer.mspId,
      caCertificates: [...orderer.caCertificates],
      address: addresses.orderer ?? '',
      identity: await readPair(join(orderer.folder, 'node')),
    },
  }
}

async function addAdmins(identities: IdentityApi): Promise<void> {
  for (const { mspId, identities: members } of await identities.readIdentities({})) {
    // On a file system that doesn't distinguish them, `admin` has the folder already.
    if (members.some(({ name }) => name.toLowerCase() === ADMIN.toLowerCase())) continue
    await identities.issueIdentity({ name: ADMIN, mspId, role: 'admin' })
  }
}

/** One that can't be read is left out; the list of identities says why. */
async function exportedOrganisation(
  { mspId, caCertificates, identities: members }: OrganisationDescription,
  address: string,
  { exportIdentity }: IdentityApi,
): Promise<ExportedOrganisation> {
  const readable = members.filter(({ error, isEndorser }) => error === undefined && !isEndorser)
  return {
    mspId,
    caCertificates,
    peer: { address, identity: await exportIdentity({ identity: `peer@${mspId}` }) },
    users: await Promise.all(readable.map(({ id }) => exportIdentity({ identity: id }))),
  }
}
