import { readFile } from 'node:fs/promises'
import path from 'node:path'

/** `compilerOptions.outDir`, if it's inside the folder. Read with a pattern, since tsconfig.json may have comments. */
export async function outDir(folder: string): Promise<string | undefined> {
  let text: string
  try {
    text = await readFile(path.join(folder, 'tsconfig.json'), 'utf8')
  } catch {
    // Without one tsc writes next to the sources.
    return undefined
  }
  const outDirText = /^(?!\s*\/\/).*"outDir"\s*:\s*"([^"]+)"/m.exec(text)?.[1]
  if (outDirText === undefined) return undefined
  const inside = path.relative(folder, path.resolve(folder, outDirText)).replaceAll('\\', '/')
  return inside === '' || inside.startsWith('..') ? undefined : inside
}
