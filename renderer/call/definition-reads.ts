import type { ReadWriteSet } from '../../core/contract/call.ts'

type Namespace = ReadWriteSet['namespaces'][number]

/** Where definitions are kept. */
const DEFINITIONS = ['_lifecycle', 'lscc']

/**
 * What the chaincode read and wrote, and what the peer read of definitions on its behalf. A call of _lifecycle itself is
 * the former.
 */
export function withoutDefinitions({ namespaces }: ReadWriteSet): { own: Namespace[]; definitions: Namespace[] } {
  const isRead = (ns: Namespace) => DEFINITIONS.includes(ns.namespace) && isReadOnly(ns)
  return { own: namespaces.filter((ns) => !isRead(ns)), definitions: namespaces.filter(isRead) }
}

function isReadOnly({ writes, metadataWrites, rangeQueries, collections = [] }: Namespace): boolean {
  return writes.length + metadataWrites.length + rangeQueries.length + collections.length === 0
}
