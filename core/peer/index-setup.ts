import type { Ledgers } from '../ledger/ledgers.ts'
import { privateNamespace } from '../privdata/namespaces.ts'
import { readIndexFiles, type IndexFiles } from '../project/index-files.ts'
import type { Project } from '../project/project.ts'

/** Give the ledgers of a chaincode's channels the CouchDB indexes that its folder holds. Resolves with what was read. */
export async function setIndexes(ledgers: Ledgers, { folder, channels, name }: Project): Promise<IndexFiles> {
  const files = await readIndexFiles(folder)
  for (const channel of channels) {
    const ledger = ledgers.ledger(channel)
    ledger.setIndexes(name, files.indexes)
    for (const [collection, indexes] of files.collections) {
      ledger.setIndexes(privateNamespace(name, collection), indexes)
    }
  }
  return files
}
