import type { CollectionReadWriteSet, ReadWriteSet } from '../../core/contract/call.ts'
import { plural } from '../parts/format.ts'
import { withoutDefinitions } from './definition-reads.ts'

type Namespace = ReadWriteSet['namespaces'][number]

/** A read/write set in a sentence, without definitions: `Read 2 keys, wrote 1 key (1 new), deleted 1 key.` */
export function setInWords(set: ReadWriteSet): string {
  const { own: namespaces } = withoutDefinitions(set)
  const reads = namespaces.flatMap((ns) => [...ns.reads, ...inCollections(ns, ({ reads }) => reads)])
  const ranges = namespaces.flatMap((ns) => ns.rangeQueries)
  const written = namespaces.flatMap((ns) => [...ns.writes, ...inCollections(ns, ({ writes }) => writes)])
  const deletes = written.filter((write) => write.isDelete)
  const writes = written.filter((write) => !write.isDelete)
  const created = writes.filter((write) => write.before === undefined).length
  const parts = [
    ...(reads.length === 0 ? [] : [`read ${plural(reads.length, 'key')}`]),
    ...(ranges.length === 0 ? [] : [`scanned ${plural(ranges.length, 'range')}`]),
    ...(writes.length === 0
      ? []
      : [`wrote ${plural(writes.length, 'key')}${created === 0 ? '' : ` (${created} new)`}`]),
    ...(deletes.length === 0 ? [] : [`deleted ${plural(deletes.length, 'key')}`]),
  ]
  if (parts.length === 0) return 'Read and wrote nothing.'
  const sentence = parts.join(', ')
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`
}

function inCollections<T>({ collections = [] }: Namespace, pick: (collection: CollectionReadWriteSet) => T[]): T[] {
  return collections.flatMap(pick)
}
