import type { StateEntry } from '../../core/contract/world-state.ts'
import { withoutUndefined } from '../../core/contract/without-undefined.ts'

/** Where exported keys come from. */
export interface Exported {
  namespace: string
  /** A private collection, and whose view of it. */
  collection?: { name: string; mspId: string } | undefined
  /** Whether only hashes are seen there. */
  hashed: boolean
}

/**
 * A key as a line of JSON. Its value is a string, so that every byte stays as it is; `base64` if it isn't text. Private
 * data is marked; of what the organisation may not see, there are only hashes.
 */
export function exportLine(entry: StateEntry, { namespace, collection, hashed }: Exported): string {
  const { key, text, encoding, version } = entry
  const named = hashed
    ? { keyHash: key, valueHash: text }
    : { key, ...(encoding === 'base64' ? { base64: text } : { value: text }) }
  return JSON.stringify(
    withoutUndefined({
      namespace,
      ...(collection === undefined ? {} : { private: true, collection: collection.name, seenBy: collection.mspId }),
      ...named,
      version: `${version.block}:${version.tx}`,
    }),
  )
}
