import { ReadDocument } from '../mango/read-document.ts'
import type { NamespaceUpdate } from './state-queries.ts'
import type { Version } from './results.ts'

type Document = ReadDocument<Version>

/**
 * Documents of namespaces that have an index, as the newest block left them: reading a hundred of them from LevelDB one
 * by one takes several times as long as reading a range. A Fabric peer caches CouchDB the same way, with the same
 * number of bytes (core.yaml, couchDBConfig.cacheSize).
 */
export interface DocumentCache {
  get(namespace: string, id: string): Document | undefined
  /** Cached if it fits into the budget. */
  put(namespace: string, document: Document): void
  /** A block has written this key. */
  follow(update: NamespaceUpdate): void
}

const MB = 1024 * 1024

/**
 * @param budget bytes of cached values, not counting about a hundred bytes of overhead for each
 * @param parsedBudget bytes of the values that stay parsed; in that form they take several times as much memory
 */
export function newDocumentCache(budget = 64 * MB, parsedBudget = 8 * MB): DocumentCache {
  const namespaces = new Map<string, Map<string, Document>>()
  let bytes = 0
  let parsed: Document[] = []
  let parsedBytes = 0

  const remove = (namespace: string, id: string) => {
    const documents = namespaces.get(namespace)
    bytes -= documents?.get(id)?.value.length ?? 0
    documents?.delete(id)
  }
  const put = (namespace: string, document: Document) => {
    remove(namespace, document.id)
    if (bytes + document.value.length > budget) return
    bytes += document.value.length
    let documents = namespaces.get(namespace)
    if (documents === undefined) namespaces.set(namespace, (documents = new Map<string, Document>()))
    documents.set(document.id, document)
  }

  return {
    get(namespace, id) {
      const document = namespaces.get(namespace)?.get(id)
      if (document === undefined || document.isParsed) return document
      parsedBytes += document.value.length
      if (parsedBytes > parsedBudget) {
        for (const cached of parsed) cached.forgetParsed()
        parsed = []
        parsedBytes = document.value.length
      }
      parsed.push(document)
      return document
    },
    put,
    follow({ namespace, key, value, version }) {
      if (!namespaces.has(namespace)) return
      if (value === undefined) remove(namespace, key)
      else put(namespace, new ReadDocument(key, value, version))
    },
  }
}
