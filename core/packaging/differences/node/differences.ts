import type { Difference } from '../../../contract/difference.ts'
import { dependencyDifferences } from './dependencies.ts'
import { entryOf, staleOutput } from './entry.ts'
import { readManifest } from './manifest.ts'
import { moduleDifferences } from './modules.ts'
import { scriptDifferences } from './scripts.ts'
import type { Packaged } from '../packaged.ts'

/** A peer runs `npm ci --omit=dev`, or `npm install` without a lock file, then `npm start`, in fabric-nodeenv. */
export async function nodeDifferences(packaged: Packaged): Promise<Difference[]> {
  const manifest = await readManifest(packaged)
  if (manifest === undefined) return []
  const entry = await entryOf(packaged, manifest)
  return [
    ...(await scriptDifferences(packaged, manifest)),
    ...(entry !== undefined && 'missing' in entry ? [entry.missing] : []),
    ...(await staleOutput(packaged)),
    ...(await dependencyDifferences(packaged, manifest)),
    ...(entry !== undefined && 'entry' in entry ? await moduleDifferences(packaged, manifest, entry.entry) : []),
  ]
}
