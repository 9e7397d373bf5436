import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { coerce, gt } from 'semver'
import type { Difference } from '../../../contract/state.ts'
import { parseGoMod, type GoMod } from './go-mod.ts'
import { goSourceDifferences } from './sources.ts'
import type { Packaged } from '../packaged.ts'
import { peerRuntimes } from '../runtime-versions.ts'

/**
 * A peer runs `go build -mod=vendor` where there is a vendor folder, `-mod=readonly` where not, linked statically, in
 * fabric-ccenv; the program alone then runs in fabric-baseos.
 */
export async function golangDifferences(packaged: Packaged): Promise<Difference[]> {
  const text = await packaged.read('go.mod')
  if (text === undefined) return []
  const mod = parseGoMod(text)
  const modules = await packaged.read('vendor/modules.txt')
  return [
    ...(modules === undefined ? replaceDifferences(packaged, mod) : vendorDifferences(mod, modules)),
    ...(await workspaceDifferences(packaged, mod)),
    ...versionDifferences(mod),
    ...(await goSourceDifferences(packaged)),
  ]
}

function replaceDifferences(packaged: Packaged, { replaces }: GoMod): Difference[] {
  return replaces
    .filter(({ isFolder }) => isFolder)
    .flatMap(({ module, target, line }): Difference[] => {
      const inside = path.posix.normalize(target.replaceAll('\\', '/')).replace(/\/$/, '')
      const isOutside = inside.startsWith('..') || path.isAbsolute(target)
      if (!isOutside && packaged.files.has(inside === '.' ? 'go.mod' : `${inside}/go.mod`)) return []
      return [
        {
          name: isOutside ? 'file-outside' : 'file-left-out',
          what: `A peer cannot build the chaincode: ${target} is not in the package.`,
          why: `go.mod replaces ${module} by that folder, ${isOutside ? 'which is outside the module' : 'which is hidden or left out'}.`,
          do: 'Run `go mod vendor` and package the vendor folder, or require a published version.',
          file: packaged.shown('go.mod'),
          line,
          fatal: true,
        },
      ]
    })
}

/** As go itself compares the two (cmd/go, checkVendorConsistency). */
function vendorDifferences({ requires, go }: GoMod, modules: string): Difference[] {
  // Before Go 1.14 the go command did not compare them.
  if (go === undefined || gt('1.14.0', coerce(go.version) ?? '1.0.0')) return []
  const vendored = new Map([...modules.matchAll(/^# (\S+) (v\S+)/gm)].map(([, module, version]) => [module, version]))
  const [first] = requires.filter(({ module, version }) => vendored.get(module) !== version)
  if (first === undefined) return []
  const has = vendored.get(first.module)
  return [
    {
      name: 'lock-file-stale',
      what: 'A peer cannot build the chaincode: its vendor folder does not fit go.mod.',
      why: `go.mod requires ${first.module} ${first.version}, vendor/modules.txt has ${has ?? 'none'}.`,
      do: 'Run `go mod vendor`.',
      file: 'go.mod',
      line: first.line,
      fatal: true,
    },
  ]
}

async function workspaceDifferences(packaged: Packaged, mod: GoMod): Promise<Difference[]> {
  const given = process.env['GOWORK'] ?? ''
  if (given === 'off') return []
  const work = await findWork(packaged.root, given)
  if (work === undefined) return []
  const isPackaged = path.dirname(work.file) === packaged.root
  const found: Difference[] = []
  for (const { folder, line } of parseGoMod(work.text).uses) {
    const used = path.resolve(path.dirname(work.file), folder)
    const inside = path.relative(packaged.root, used).replaceAll('\\', '/')
    if (inside === '' || (!inside.startsWith('..') && packaged.files.has(`${inside}/go.mod`))) continue
    if (isPackaged) {
      found.push({
        name: 'file-outside',
        what: `A peer cannot build the chaincode: ${folder} is not in the package.`,
        why: 'go.work is in the package and uses that folder, and `go build` reads go.work there as here.',
        do: 'Name go.work under `ignore` in slipway.yaml, or move it to the folder above.',
        file: 'go.work',
        line,
        fatal: true,
      })
      continue
    }
    const difference = await siblingDifference(mod, used)
    if (difference !== undefined) found.push(difference)
  }
  return found
}

/** A module of the workspace, taken from its folder here and from the module proxy by a peer. */
async function siblingDifference({ requires, replaces }: GoMod, folder: string): Promise<Difference | undefined> {
  const text = await readFile(path.join(folder, 'go.mod'), 'utf8').catch(() => '')
  const module = /^\s*module\s+"?([^\s"]+)/m.exec(text)?.[1]
  const required = requires.find((each) => each.module === module)
  if (module === undefined || required === undefined || replaces.some((each) => each.module === module))
    return undefined
  const isUnpublished = /^v0\.0\.0(?:-00010101000000-0{12})?$/.test(required.version)
  return {
    name: 'file-outside',
    what: isUnpublished
      ? `A peer cannot build the chaincode: ${module} ${required.version} is published nowhere.`
      : `A peer would build with ${module} ${required.version}, and not with what is in ${folder}.`,
    why: `Here a go.work above the folder puts ${folder} in its place. A peer has no go.work and fetches what go.mod requires.`,
    do: 'Publish what you use and require it, or run `go mod vendor` with a `replace`, and package the vendor folder.',
    file: 'go.mod',
    line: required.line,
    fatal: isUnpublished,
  }
}

async function findWork(root: string, given: string): Promise<{ file: string; text: string } | undefined> {
  for (let at = root; ; at = path.dirname(at)) {
    const file = given === '' ? path.join(at, 'go.work') : given
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text !== undefined) return { file, text }
    if (given !== '' || at === path.dirname(at)) return undefined
  }
}

function versionDifferences({ go }: GoMod): Difference[] {
  const wanted = go === undefined ? null : coerce(go.version)
  if (go === undefined || wanted === null || !gt(wanted, peerRuntimes.go)) return []
  return [
    {
      name: 'runtime-version',
      what: `A peer builds with Go ${peerRuntimes.go}, and go.mod asks for ${go.version}.`,
      why: 'That is the Go of fabric-ccenv:2.5. It downloads the newer one for each build, and fails where it reaches no module proxy.',
      do: `Lower it: \`go mod edit -go=${peerRuntimes.go}\`, unless the code needs the newer Go.`,
      file: 'go.mod',
      line: go.line,
      fatal: false,
    },
  ]
}
