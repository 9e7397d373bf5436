import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { PeerError } from '../contract/error.ts'
import { messageOf } from '../contract/error-message.ts'
import { parseIndex, type IndexDefinition } from '../mango/index-definition.ts'
import type { Json } from '../mango/json.ts'

/** The CouchDB indexes of a chaincode. */
export interface IndexFiles {
  indexes: IndexDefinition[]
  /** By private collection. */
  collections: Map<string, IndexDefinition[]>
  /** INDEX_INVALID, for each file that isn't an index. */
  faults: PeerError[]
}

const HOME = join('META-INF', 'statedb', 'couchdb')

/**
 * Read `META-INF/statedb/couchdb/indexes/*.json` and `…/collections/NAME/indexes/*.json` of a chaincode's folder.
 * A chaincode may have none. A file that can't be used doesn't affect the others.
 */
export async function readIndexFiles(folder: string): Promise<IndexFiles> {
  const faults: PeerError[] = []
  const indexesIn = async (path: string): Promise<IndexDefinition[]> => {
    const files = (await namesIn(path)).filter((name) => name.endsWith('.json'))
    const indexes = await Promise.all(files.map((name) => readIndex(folder, join(path, name), faults)))
    return indexes.filter((index) => index !== undefined)
  }
  const home = join(folder, HOME)
  const collections = new Map<string, IndexDefinition[]>()
  for (const name of await namesIn(join(home, 'collections'))) {
    collections.set(name, await indexesIn(join(home, 'collections', name, 'indexes')))
  }
  return { indexes: await indexesIn(join(home, 'indexes')), collections, faults }
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort()
  } catch {
    // Most chaincodes have no indexes.
    return []
  }
}

async function readIndex(folder: string, path: string, faults: PeerError[]): Promise<IndexDefinition | undefined> {
  try {
    const json = JSON.parse(await readFile(path, 'utf8')) as Json
    return parseIndex(json, (text) => createHash('sha1').update(text).digest('hex'))
  } catch (error) {
    const reason = error instanceof Error && 'reason' in error ? String(error.reason) : messageOf(error)
    faults.push(new PeerError('INDEX_INVALID', { file: relative(folder, path), message: reason }, { cause: error }))
    return undefined
  }
}
