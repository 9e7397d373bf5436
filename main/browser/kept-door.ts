import { PeerError } from '../../core/contract/error.ts'
import { readAssets } from '../host/assets.ts'
import { newSecret } from '../host/door-guard.ts'
import { openDoor, type Door, type Pages } from '../host/door.ts'
import type { Host } from '../host/host.ts'
import { browserKeys } from './browser-keys.ts'
import { readDoorFile, writeDoorFile } from './door-file.ts'
import { browserPages } from './pages.ts'

/** A browser door that open windows find again after a restart. */
export interface KeptDoor {
  door: Door
  /** Keep its port and secret, once the folder for them exists. */
  keep(): Promise<void>
}

export interface KeptDoorConfig {
  /** Where port and secret are kept. */
  folder: string
  /** Default: the last one. */
  port?: number | undefined
}

/** @throws PeerError DOOR_PORT_TAKEN, or USAGE for a port that isn't allowed; both for a port that was asked for */
export async function openKeptDoor(host: Host, { folder, port }: KeptDoorConfig): Promise<KeptDoor> {
  const last = await readDoorFile(folder)
  const secret = last?.secret ?? newSecret()
  let written: Promise<boolean> | undefined
  // The folder may come only with the first chaincode that could be opened, so that each browser is another occasion.
  const keep = async (): Promise<void> => {
    written ??= writeDoorFile(folder, { port: door.port, secret })
    if (!(await written)) written = undefined
  }
  const pages = browserPages(await readAssets(), { keys: browserKeys(secret), issued: () => void keep() })
  const door = port === undefined ? await openAgain(host, pages, last?.port) : await openDoor(host, { pages, port })
  return { door, keep }
}

/** At the port of the last start, where windows look for it, unless that is taken. */
async function openAgain(host: Host, pages: Pages, last: number | undefined): Promise<Door> {
  if (last === undefined) return openDoor(host, { pages })
  try {
    return await openDoor(host, { pages, port: last })
  } catch (error) {
    if (!(error instanceof PeerError)) throw error
    host.note(`Another program has port ${last} of the last start, so windows that are still open don't find Slipway.`)
    return openDoor(host, { pages })
  }
}
