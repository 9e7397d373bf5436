import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { PeerError } from '../contract/error.ts'
import { messageOf } from '../contract/error-message.ts'
import { packageCollections, type CollectionConfigJson } from '../privdata/collection-config.ts'

/** Fabric's name for it in tutorials and samples. */
export const COLLECTIONS_FILE = 'collections_config.json'

/** `collections` in slipway.yaml: a file, relative to the chaincode's folder, or the collections themselves. */
export type CollectionsConfig = string | CollectionConfigJson[]

/**
 * A chaincode's collections as the message in its definition: those of slipway.yaml, else those of the folder's
 * `collections_config.json`, else undefined.
 * @throws PeerError COLLECTIONS_INVALID
 */
export async function readCollections(
  folder: string,
  config: CollectionsConfig | undefined,
): Promise<Uint8Array | undefined> {
  if (Array.isArray(config)) return pack('slipway.yaml', () => config)
  const file = config ?? COLLECTIONS_FILE
  let text: string
  try {
    text = await readFile(resolve(folder, file), 'utf8')
  } catch (error) {
    // Most chaincodes have no collections; a file that slipway.yaml names must exist.
    if (config === undefined) return undefined
    const message = messageOf(error)
    throw new PeerError('COLLECTIONS_INVALID', { file: join(folder, file), message }, { cause: error })
  }
  return pack(file, () => JSON.parse(text) as unknown)
}

function pack(file: string, json: () => unknown): Uint8Array {
  try {
    return packageCollections(json())
  } catch (error) {
    throw new PeerError('COLLECTIONS_INVALID', { file, message: messageOf(error) }, { cause: error })
  }
}
