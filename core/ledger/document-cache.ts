import { ReadDocument } from '../mango/read-document.ts'
import type { NamespaceUpdate } from './state-queries.ts'
import type { Version } from './results.ts'

type Document = ReadDocument<Version>

/**
 * Documents of namespaces that have an index, as the newest block left them: to read a hundred of them from LevelDB one
 * by one costs several times what a range of them does. A Fabric peer has such a cache before CouchDB (core.yaml,
 * couchDBConfig.cacheSize), of as many bytes.
 */
export interface DocumentCache {
  get(namespace: string, id: string): Document | undefined
  /** Kept as long as there is room. */
  put(namespace: string, document: Document): void
  /** A block has written it. */
  follow(update: NamespaceUpdate): void
}

const MB = 1024 * 1024

/**
 * @param budget bytes of values that are kept, beside some hundred of overhead for each
 * @param parsedBudget bytes of those that stay parsed; in that form they take several times as much
 */
export function newDocumentCache(budget = 64 * MB, parsedBudget = 8 * MB): DocumentCache {
  const namespaces = new Map<string, Map<string, Document>>()
  let bytes = 0
  let asked: Document[] = []
  let askedBytes = 0

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
      askedBytes += document.value.length
      if (askedBytes > parsedBudget) {
        for (const one of asked) one.forgetParsed()
        asked = []
        askedBytes = document.value.length
      }
      asked.push(document)
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
