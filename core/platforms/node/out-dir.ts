import { readFile } from 'node:fs/promises'
import path from 'node:path'

/** `compilerOptions.outDir`, where it is inside the folder. tsconfig.json has comments: a pattern reads it well enough. */
export async function outDir(folder: string): Promise<string | undefined> {
  let text: string
  try {
    text = await readFile(path.join(folder, 'tsconfig.json'), 'utf8')
  } catch {
    // None: tsc's default is beside the sources.
    return undefined
  }
  const given = /^(?!\s*\/\/).*"outDir"\s*:\s*"([^"]+)"/m.exec(text)?.[1]
  if (given === undefined) return undefined
  const inside = path.relative(folder, path.resolve(folder, given)).replaceAll('\\', '/')
  return inside === '' || inside.startsWith('..') ? undefined : inside
}
