import type { CallResult, KeyVersionRef, ReadWriteSet } from '../../../core/contract/call.ts'

type Namespace = ReadWriteSet['namespaces'][number]

/**
 * What a call read, wrote and told, each in a line, in the order of the read-write set: `read k`, `range a..c: a b`,
 * `write k=v`, `delete k`, `policy k`, `col: purge k`, `event name=payload`. What is of another namespace than the
 * chaincode's own begins with it: `[callee] read k`.
 */
export function effectsOf(
  { readWriteSet, events }: Pick<CallResult, 'readWriteSet' | 'events'>,
  own: string,
): string[] {
  return [
    ...withoutDefinitions(readWriteSet).flatMap((ns) => {
      const prefix = ns.namespace === own ? '' : `[${ns.namespace}] `
      return linesOf(ns).map((line) => prefix + line)
    }),
    ...events.map(({ name, payload }) => `event ${name}=${payload}`),
  ]
}

function linesOf({ reads, rangeQueries, writes, metadataWrites, collections = [] }: Namespace): string[] {
  return [
    ...reads.map(({ key }) => `read ${readable(key)}`),
    ...rangeQueries.map(({ start, end, exhausted, keys }) =>
      [`range ${readable(start)}..${readable(end)}${exhausted ? '' : ' unfinished'}:`, ...keys.map(readable)].join(' '),
    ),
    ...writes.map(written),
    ...metadataWrites.map(({ key }) => `policy ${readable(key)}`),
    ...collections.flatMap(({ name, reads: readPrivately, writes: writtenPrivately, metadataWrites: policies }) => [
      ...readPrivately.map(({ key }) => `${name}: read ${readable(key)}`),
      ...writtenPrivately.map((write) => `${name}: ${written(write)}`),
      ...policies.map((key) => `${name}: policy ${readable(key)}`),
    ]),
  ]
}

function written({
  key,
  isDelete,
  isPurge,
  value,
}: Namespace['writes'][number] & { isPurge?: boolean | undefined }): string {
  if (isPurge === true) return `purge ${readable(key)}`
  return isDelete ? `delete ${readable(key)}` : `write ${readable(key)}=${readable(value)}`
}

/** Composite keys as `color~name(blue,marble1)`; the last of all characters as `…`, U+0000 and U+0001 as `\0` and `\1`. */
export function readable(text: string): string {
  const [, composite, rest = ''] = /^\0([^\u{10ffff}]+)\0(\u{10ffff}?)$/u.exec(text) ?? []
  if (composite !== undefined) {
    const [objectType, ...attributes] = composite.split('\0')
    return `${objectType ?? ''}(${attributes.join()})${rest === '' ? '' : '…'}`
  }
  return text.replaceAll('\0', '\\0').replaceAll('\u0001', '\\1').replaceAll('\u{10ffff}', '…')
}

/** What the peer reads of definitions is not the sample's: it is compared with a real peer's by the programs. */
function withoutDefinitions({ namespaces }: ReadWriteSet): Namespace[] {
  return namespaces.filter(({ namespace }) => namespace !== '_lifecycle' && namespace !== 'lscc')
}

/** Every version that was read, with where. `collection` '' for the public state. */
export function* versionsRead(
  set: ReadWriteSet,
): Generator<{ namespace: string; collection: string; key: string; version: KeyVersionRef | null }> {
  for (const { namespace, reads, collections = [] } of withoutDefinitions(set)) {
    for (const read of reads) yield { namespace, collection: '', ...read }
    for (const { name, reads: readPrivately } of collections) {
      for (const read of readPrivately) yield { namespace, collection: name, ...read }
    }
  }
}
