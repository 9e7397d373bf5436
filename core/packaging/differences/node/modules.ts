import { isBuiltin } from 'node:module'
import path from 'node:path'
import type { Difference } from '../../../contract/state.ts'
import { existsHere, resolveFile } from './entry.ts'
import type { NodeImport, ReadPath } from './imports.ts'
import { findModule, readInstalled, type LockedPackage, type NodeManifest } from './manifest.ts'
import type { Packaged } from '../packaged.ts'

/** More than any chaincode has; a bundle is one file, however large. */
const MOST_FILES = 2000
const LARGEST_FILE = 8_000_000

interface Search {
  packaged: Packaged
  manifest: NodeManifest
  /** What npm installs on a peer, as far as it is known. */
  installs: Record<string, LockedPackage> | undefined
  found: Map<string, Difference>
}

/** Everything that the entry file loads, and that a peer would not find. */
export async function moduleDifferences(
  packaged: Packaged,
  manifest: NodeManifest,
  entry: string,
): Promise<Difference[]> {
  // Loaded only here: dev mode has no use for a parser.
  const { readImports } = await import('./imports.ts')
  const installs = manifest.lock?.packages ?? (await readInstalled(packaged.project.folder))
  const search: Search = { packaged, manifest, installs, found: new Map() }
  const [queue, seen] = [[{ file: entry, atOnce: true }], new Set([entry])]
  for (let next = queue.shift(); next !== undefined && seen.size <= MOST_FILES; next = queue.shift()) {
    const { file, atOnce } = next
    if ((packaged.files.get(file)?.size ?? Infinity) > LARGEST_FILE || !/\.[cm]?js$|\/[^.]+$|^[^.]+$/.test(file))
      continue
    const text = await packaged.read(file)
    const isModule = file.endsWith('.mjs') || (manifest.module && !file.endsWith('.cjs'))
    const read = text === undefined ? undefined : readImports(text, isModule)
    for (const each of read?.imports ?? []) {
      const loaded = { ...each, atOnce: each.atOnce && atOnce }
      const inside = await follow(search, file, loaded)
      if (inside === undefined || seen.has(inside)) continue
      seen.add(inside)
      queue.push({ file: inside, atOnce: loaded.atOnce && !loaded.guarded })
    }
    for (const each of read?.paths ?? []) await checkPath(search, file, each)
  }
  return [...search.found.values()]
}

/** The packaged file that is loaded, to be looked at in its turn. */
async function follow(search: Search, file: string, each: NodeImport): Promise<string | undefined> {
  const { packaged } = search
  const { specifier } = each
  if (isBuiltin(specifier) || specifier.startsWith('#') || /^(?:data|https?|file):/.test(specifier)) return undefined
  if (!/^\.{0,2}\/|^\.{1,2}$/.test(specifier)) {
    await checkModule(search, file, each)
    return undefined
  }
  const place = specifier.startsWith('/')
    ? path.relative(packaged.root, specifier).replaceAll('\\', '/')
    : path.posix.join(path.posix.dirname(file), specifier)
  if (place.startsWith('..')) {
    if (!each.guarded) tell(search, file, each, outside(file, specifier))
    return undefined
  }
  const inside = resolveFile(packaged, place.replace(/\/$/, ''))
  if (inside !== undefined || each.guarded) return inside
  const other = otherCase(packaged, place)
  if (other !== undefined) {
    tell(search, file, each, {
      name: 'file-case',
      what: `A peer cannot load ${specifier}: the file is called ${path.posix.basename(other)}.`,
      why: 'Its file system tells capital from small letters; those of macOS and Windows do not.',
      do: 'Write it as the file is called.',
    })
  } else if (!place.startsWith('node_modules/') && (await existsHere(path.join(packaged.root, place)))) {
    tell(search, file, each, {
      name: 'file-left-out',
      what: `A peer cannot load ${specifier}: the file is not in the package.`,
      why: 'It is in the folder, but left out: `ignore` in slipway.yaml names it, or a folder it is in.',
      do: 'Do not name it under `ignore`.',
    })
  }
  return undefined
}

async function checkModule(search: Search, file: string, each: NodeImport): Promise<void> {
  const { manifest, installs, packaged } = search
  const parts = each.specifier.split('/')
  const name = parts.slice(0, each.specifier.startsWith('@') ? 2 : 1).join('/')
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = manifest
  if (name === manifest.name || name in dependencies || name in optionalDependencies || name in peerDependencies) return
  if (each.guarded) return
  const locked = installs?.[`node_modules/${name}`]
  const comesAnyway = locked !== undefined && locked.dev !== true && locked.link !== true
  const later = each.atOnce ? '' : ' It is loaded only when that line is reached.'
  if (name in devDependencies) {
    tell(search, file, each, {
      name: 'dev-dependency-used',
      what: comesAnyway ? `${name} is a devDependency, and the chaincode uses it.` : `A peer cannot load ${name}.`,
      why: comesAnyway
        ? 'A peer installs with `npm ci --omit=dev`. It is there only because another dependency brings it, in whatever version.'
        : `It is a devDependency, and a peer installs with \`npm ci --omit=dev\`.${later}`,
      do: `Move ${name} to \`dependencies\`: \`npm install --save-prod ${name}\`.`,
      ...(comesAnyway ? { fatal: false } : {}),
    })
    return
  }
  const isHere = (await findModule(packaged.project.folder, name)) !== undefined
  // Another package manager's node_modules does not tell what npm would bring.
  const isKnown = !comesAnyway && (installs !== undefined || !isHere)
  tell(search, file, each, {
    name: 'dependency-undeclared',
    what: comesAnyway
      ? `${name} is used and not declared.`
      : `A peer ${isKnown ? 'does' : 'may'} not have ${name}, which package.json does not name.`,
    why: comesAnyway
      ? 'It is there only because another dependency brings it, in whatever version.'
      : isHere
        ? `Here it is found in a node_modules of this machine.${later}`
        : `It is installed neither here nor there.${later}`,
    do: `Declare it: \`npm install ${name}\`.`,
    ...(isKnown ? {} : { fatal: false }),
  })
}

async function checkPath(search: Search, file: string, each: ReadPath): Promise<void> {
  const { packaged } = search
  const isAbsolute = /^(?:\/home\/|\/Users\/|[A-Za-z]:[\\/])/.test(each.path) && each.from === 'start'
  const relative =
    each.from === 'file' ? path.posix.join(path.posix.dirname(file), each.path) : path.posix.normalize(each.path)
  if (!isAbsolute && path.isAbsolute(each.path) && each.from === 'start') return
  const here = isAbsolute ? each.path : path.join(packaged.root, relative)
  const line = { file, line: each.line, atOnce: false }
  if (isAbsolute || relative.startsWith('..')) {
    // What is nowhere cannot be what works here alone.
    if (isAbsolute || (await existsHere(here)))
      tell(search, file, line, { ...outside(file, each.path), name: 'file-outside' })
  } else if (
    packaged.ignored.some((ignored) => relative === ignored || relative.startsWith(`${ignored}/`)) &&
    (await existsHere(here))
  ) {
    tell(search, file, line, {
      name: 'file-left-out',
      what: `On a peer ${each.path} is not there.`,
      why: 'It is in the folder, but `ignore` in slipway.yaml keeps it out of the package.',
      do: 'Do not name it under `ignore`, if the chaincode needs it.',
    })
  }
}

function outside(file: string, place: string): Told {
  return {
    name: 'file-outside',
    what: `A peer does not have ${place}, which ${file} names.`,
    why: 'It is outside the folder, and a package holds the folder alone.',
    do: 'Move it into the folder, or make it a package of its own and depend on it.',
  }
}

type Told = Pick<Difference, 'name' | 'what' | 'why' | 'do'> & { fatal?: boolean }

/** Once for each name and thing: the first place is enough. */
function tell({ found, packaged }: Search, file: string, at: { line: number; atOnce: boolean }, told: Told): void {
  const key = `${told.name} ${told.what}`
  const before = found.get(key)
  const fatal = told.fatal ?? at.atOnce
  if (before !== undefined && (before.fatal || !fatal)) return
  found.set(key, { ...told, file: packaged.shown(file), line: at.line, fatal })
}

/** The file of that name in other letters. */
function otherCase({ files }: Packaged, place: string): string | undefined {
  const small = new Map([...files.keys()].map((file) => [file.toLowerCase(), { mode: 0, file, size: 0 }]))
  const found = resolveFile({ files: small }, place.toLowerCase())
  return found === undefined ? undefined : small.get(found)?.file
}
