import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { PeerError } from '../contract/error.ts'
import { packageCollections, type CollectionConfigJson } from '../privdata/collection-config.ts'

/** Fabric's own name for it, in the tutorials and samples. */
export const COLLECTIONS_FILE = 'collections_config.json'

/** `collections` of slipway.yaml: a file, relative to the chaincode's folder, or the collections themselves. */
export type CollectionsSaid = string | CollectionConfigJson[]

/**
 * A chaincode's collections as the message that its definition holds: what slipway.yaml says, else the folder's
 * `collections_config.json`; undefined where there is neither.
 * @throws PeerError COLLECTIONS_INVALID
 */
export async function readCollections(
  folder: string,
  said: CollectionsSaid | undefined,
): Promise<Uint8Array | undefined> {
  if (Array.isArray(said)) return pack('slipway.yaml', () => said)
  const file = said ?? COLLECTIONS_FILE
  let text: string
  try {
    text = await readFile(resolve(folder, file), 'utf8')
  } catch (error) {
    // Most chaincodes have no collections; a file that was named must be there.
    if (said === undefined) return undefined
    const message = error instanceof Error ? error.message : String(error)
    throw new PeerError('COLLECTIONS_INVALID', { file: join(folder, file), message }, { cause: error })
  }
  return pack(file, () => JSON.parse(text) as unknown)
}

function pack(file: string, json: () => unknown): Uint8Array {
  try {
    return packageCollections(json())
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new PeerError('COLLECTIONS_INVALID', { file, message }, { cause: error })
  }
}
