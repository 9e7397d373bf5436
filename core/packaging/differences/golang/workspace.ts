import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Difference } from '../../../contract/difference.ts'
import { parseGoMod, type GoMod } from './go-mod.ts'
import type { Packaged } from '../packaged.ts'

/** Modules that a go.work takes from folders which a peer doesn't have. */
export async function workspaceDifferences(packaged: Packaged, mod: GoMod): Promise<Difference[]> {
  const variable = process.env['GOWORK'] ?? ''
  if (variable === 'off') return []
  const work = await findWork(packaged.root, variable)
  if (work === undefined) return []
  const isPackaged = path.dirname(work.file) === packaged.root
  const differences: (Difference | undefined)[] = []
  for (const { folder, line } of parseGoMod(work.text).uses) {
    const used = path.resolve(path.dirname(work.file), folder)
    const inside = path.relative(packaged.root, used).replaceAll('\\', '/')
    if (inside === '' || (!inside.startsWith('..') && packaged.files.has(`${inside}/go.mod`))) continue
    differences.push(isPackaged ? missingUse(folder, line) : await siblingDifference(mod, used))
  }
  return differences.filter((difference) => difference !== undefined)
}

function missingUse(folder: string, line: number): Difference {
  return {
    name: 'file-outside',
    what: `A peer can't build the chaincode: ${folder} is not in the package.`,
    why: 'go.work is in the package and uses that folder, and `go build` reads go.work there as it does here.',
    do: 'Add go.work to `ignore` in slipway.yaml, or move it to the folder above.',
    file: 'go.work',
    line,
    fatal: true,
  }
}

/** A module of the workspace, taken from its folder here and from the module proxy by a peer. */
async function siblingDifference({ requires, replaces }: GoMod, folder: string): Promise<Difference | undefined> {
  const text = await readFile(path.join(folder, 'go.mod'), 'utf8').catch(() => '')
  const name = /^\s*module\s+"?([^\s"]+)/m.exec(text)?.[1]
  const required = requires.find(({ module }) => module === name)
  if (name === undefined || required === undefined || replaces.some(({ module }) => module === name)) return undefined
  const isUnpublished = /^v0\.0\.0(?:-00010101000000-0{12})?$/.test(required.version)
  return {
    name: 'file-outside',
    what: isUnpublished
      ? `A peer can't build the chaincode: ${name} ${required.version} is not published.`
      : `A peer would build with ${name} ${required.version}, not with what is in ${folder}.`,
    why: `Here a go.work above the folder uses ${folder} instead. A peer has no go.work and fetches what go.mod requires.`,
    do: 'Publish what you use and require it, or run `go mod vendor` with a `replace` and package the vendor folder.',
    file: 'go.mod',
    line: required.line,
    fatal: isUnpublished,
  }
}

async function findWork(root: string, variable: string): Promise<{ file: string; text: string } | undefined> {
  for (let folder = root; ; folder = path.dirname(folder)) {
    const file = variable === '' ? path.join(folder, 'go.work') : variable
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text !== undefined) return { file, text }
    if (variable !== '' || folder === path.dirname(folder)) return undefined
  }
}
