import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PeerError } from '../contract/error.ts'
import { openOrganisation, type Organisation } from './organisation.ts'
import { ORDERER_MSP_ID } from './network-names.ts'

/** The organisations of a data folder, by MSP id. */
export interface Organisations {
  /** MSP ids, the peer's own first. */
  ids(): string[]
  find(mspId: string): Organisation | undefined
  /** @throws PeerError ORGANISATION_UNKNOWN */
  get(mspId: string): Organisation
  /** Make it unless it exists. @throws PeerError ORGANISATION_INVALID, LEDGER_OPEN, IDENTITY_DAMAGED */
  add(mspId: string): Promise<void>
}

/** An MSP id is also a folder's name, and a name in a policy's text. */
const VALID = /^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/

/**
 * Open those that exist, after making the peer's own and the `wanted` ones if they don't. The peer's own organisation
 * is in `<dataDir>/msp` itself, others in `msp/organisations/<mspId>`. Throws as `add`.
 */
export async function openOrganisations(
  dataDir: string,
  localMspId: string,
  wanted: readonly string[],
): Promise<Organisations> {
  const root = join(dataDir, 'msp')
  const others = join(root, 'organisations')
  const organisations = new Map<string, Organisation>()

  const open = async (mspId: string): Promise<Organisation> => {
    if (!VALID.test(mspId) || mspId === ORDERER_MSP_ID) throw new PeerError('ORGANISATION_INVALID', { mspId })
    if (mspId === localMspId) return openOrganisation({ folder: root, dataDir }, mspId, 'ca.slipway')
    await mkdir(others, { recursive: true, mode: 0o700 })
    return openOrganisation({ folder: join(others, mspId), dataDir }, mspId, `ca.${mspId.toLowerCase()}`)
  }
  const add = async (mspId: string): Promise<void> => {
    if (!organisations.has(mspId)) organisations.set(mspId, await open(mspId))
  }

  await add(localMspId)
  const existing = (await readdir(others).catch(() => [])).filter((name) => VALID.test(name) && name !== localMspId)
  for (const mspId of [...wanted, ...existing.sort()]) await add(mspId)

  return {
    ids: () => [...organisations.keys()],
    find: (mspId) => organisations.get(mspId),
    get(mspId) {
      const organisation = organisations.get(mspId)
      if (organisation !== undefined) return organisation
      throw new PeerError('ORGANISATION_UNKNOWN', { mspId, known: [...organisations.keys()] })
    },
    add,
  }
}
