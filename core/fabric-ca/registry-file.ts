import { readFile } from 'node:fs/promises'
import { damaged, replaceFile } from '../msp/pem-files.ts'
import { CaError } from './ca-error.ts'
import { newRegistry, type Registry } from './registry.ts'

/** A registry on disk. */
export interface RegistryFile {
  /**
   * Work with the registry, one after another. What the work changed is written before this resolves or rejects; where it
   * can't be written, nothing has changed, and this rejects with what the file system says.
   */
  with<T>(work: (registry: Registry) => Promise<T>): Promise<T>
}

/**
 * Opened, or made the first time.
 * @param affiliation of the organisation itself, which a new one has too
 * @throws PeerError IDENTITY_DAMAGED, and what the file system throws
 */
export async function openRegistry(file: string, affiliation: string): Promise<RegistryFile> {
  let registry = await read(file, affiliation)
  let turn: Promise<unknown> = Promise.resolve()
  const write = async (before: string): Promise<void> => {
    const after = JSON.stringify(registry)
    if (after === before) return
    try {
      await replaceFile(file, `${JSON.stringify(registry, null, 2)}\n`)
    } catch (error) {
      registry = JSON.parse(before) as Registry
      throw error
    }
  }
  return {
    with(work) {
      const done = turn.then(async () => {
        const before = JSON.stringify(registry)
        try {
          return await work(registry)
        } catch (error) {
          // What Fabric CA refuses counts, such as a wrong secret; whatever else failed has not happened.
          if (!(error instanceof CaError)) registry = JSON.parse(before) as Registry
          throw error
        } finally {
          await write(before)
        }
      })
      turn = done.catch(() => undefined)
      return done
    },
  }
}

async function read(file: string, affiliation: string): Promise<Registry> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw damaged(file, error)
    const registry = await newRegistry(affiliation)
    await replaceFile(file, `${JSON.stringify(registry, null, 2)}\n`)
    return registry
  }
  try {
    const registry = JSON.parse(text) as Partial<Registry> | null
    if (!registry?.identities || !Array.isArray(registry.certificates) || !Array.isArray(registry.affiliations)) {
      throw new Error('it is not a registry of identities')
    }
    return registry as Registry
  } catch (error) {
    throw damaged(file, error)
  }
}
