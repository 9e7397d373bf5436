import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Project } from '../../project/project.ts'

/** Where Go's contract API looks for metadata: beside the program (fabric-contract-api-go v2.2.0 metadata/metadata.go). */
const FILES = ['META-INF/metadata.json', 'contract-metadata/metadata.json']

/**
 * A file of contract metadata in a Go chaincode's folder, relative to it; undefined without one. No peer reads it: it
 * builds the program in a folder of its own, and nothing else is in the program's container.
 */
export async function goMetadataFile({ language, folder }: Project): Promise<string | undefined> {
  if (language !== 'golang') return undefined
  for (const file of FILES) {
    const found = await stat(path.join(folder, file)).catch(() => undefined)
    if (found?.isFile() === true) return file
  }
  return undefined
}
