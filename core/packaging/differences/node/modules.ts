import { isBuiltin } from 'node:module'
import path from 'node:path'
import type { Difference } from '../../../contract/difference.ts'
import { existsHere, resolveFile } from './entry.ts'
import type { FileImports, NodeImport, ReadPath } from './imports.ts'
import { isPathAlias } from '../../../platforms/node/path-aliases.ts'
import type { LockedPackages } from '../../../platforms/node/lock-file.ts'
import { findModule, readInstalled, type NodeManifest } from './manifest.ts'
import type { Packaged } from '../packaged.ts'

/** More than any chaincode has; a bundle is one file, however large. */
const MOST_FILES = 2000
const LARGEST_FILE = 8_000_000

interface Search {
  packaged: Packaged
  manifest: NodeManifest
  /** What npm installs on a peer, as far as that is known. */
  installs: LockedPackages | undefined
  /** By name and text. */
  differences: Map<string, Difference>
}

/** Everything that the entry file loads, itself or through others, and a peer wouldn't find. */
export async function moduleDifferences(
  packaged: Packaged,
  manifest: NodeManifest,
  entry: string,
): Promise<Difference[]> {
  const installs = manifest.lock?.packages ?? (await readInstalled(packaged.project.folder))
  const search: Search = { packaged, manifest, installs, differences: new Map() }
  const [queue, seen] = [[{ file: entry, atOnce: true }], new Set([entry])]
  for (let next = queue.shift(); next !== undefined && seen.size <= MOST_FILES; next = queue.shift()) {
    const { file, atOnce } = next
    const { imports, paths } = await importsOf(search, file)
    for (const nodeImport of imports) {
      const loaded = { ...nodeImport, atOnce: nodeImport.atOnce && atOnce }
      const inside = await follow(search, file, loaded)
      if (inside === undefined || seen.has(inside)) continue
      seen.add(inside)
      queue.push({ file: inside, atOnce: loaded.atOnce && !loaded.guarded })
    }
    for (const readPath of paths) await checkPath(search, file, readPath)
  }
  return [...search.differences.values()]
}

/** What a packaged file imports and reads; nothing of a file that is too large, or isn't JavaScript. */
async function importsOf({ packaged, manifest }: Search, file: string): Promise<FileImports> {
  const nothing: FileImports = { imports: [], paths: [] }
  const isScript = /\.[cm]?js$|\/[^.]+$|^[^.]+$/.test(file)
  if (!isScript || (packaged.files.get(file)?.size ?? Infinity) > LARGEST_FILE) return nothing
  const text = await packaged.read(file)
  if (text === undefined) return nothing
  const isModule = file.endsWith('.mjs') || (manifest.module && !file.endsWith('.cjs'))
  // Loaded only here: dev mode needs no parser.
  const { readImports } = await import('./imports.ts')
  return readImports(text, isModule) ?? nothing
}

/** The packaged file that an import loads, to be searched too. */
async function follow(search: Search, file: string, nodeImport: NodeImport): Promise<string | undefined> {
  const { packaged } = search
  const { specifier } = nodeImport
  if (isBuiltin(specifier) || specifier.startsWith('#') || /^(?:data|https?|file):/.test(specifier)) return undefined
  if (!/^\.{0,2}\/|^\.{1,2}$/.test(specifier)) {
    await checkModule(search, file, nodeImport)
    return undefined
  }
  const place = specifier.startsWith('/')
    ? path.relative(packaged.root, specifier).replaceAll('\\', '/')
    : path.posix.join(path.posix.dirname(file), specifier)
  if (place.startsWith('..')) {
    if (!nodeImport.guarded) add(search, file, nodeImport, outside(file, specifier))
    return undefined
  }
  const inside = resolveFile(packaged, place.replace(/\/$/, ''))
  if (inside !== undefined || nodeImport.guarded) return inside
  const sameLetters = inOtherCase(packaged, place)
  if (sameLetters !== undefined) {
    add(search, file, nodeImport, {
      name: 'file-case',
      what: `A peer can't load ${specifier}: the file is called ${path.posix.basename(sameLetters)}.`,
      why: "Its file system distinguishes upper and lower case; those of macOS and Windows don't.",
      do: "Write it like the file's name.",
    })
  } else if (!place.startsWith('node_modules/') && (await existsHere(path.join(packaged.root, place)))) {
    add(search, file, nodeImport, {
      name: 'file-left-out',
      what: `A peer can't load ${specifier}: the file is not in the package.`,
      why: 'It is in the folder, but `ignore` in slipway.yaml names it, or a folder it is in.',
      do: 'Remove it from `ignore`.',
    })
  }
  return undefined
}

async function checkModule(search: Search, file: string, nodeImport: NodeImport): Promise<void> {
  const { manifest, installs, packaged } = search
  const { specifier, guarded, atOnce } = nodeImport
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  if (guarded || isDeclared(name, manifest)) return
  if (isPathAlias(packaged.project.folder, specifier)) {
    if (!replacesAliases(manifest)) add(search, file, nodeImport, pathAlias(specifier))
    return
  }
  const locked = installs?.[`node_modules/${name}`]
  const isTransitive = locked !== undefined && locked.dev !== true && locked.link !== true
  if (name in manifest.devDependencies) {
    add(search, file, nodeImport, devDependency(name, isTransitive, atOnce))
  } else if (isTransitive) {
    add(search, file, nodeImport, {
      name: 'dependency-undeclared',
      what: `${name} is used but not declared.`,
      why: ONLY_TRANSITIVE,
      do: `Declare it: \`npm install ${name}\`.`,
      fatal: false,
    })
  } else {
    const isHere = (await findModule(packaged.project.folder, name)) !== undefined
    // Another package manager's node_modules doesn't show what npm would install.
    const isKnown = installs !== undefined || !isHere
    add(search, file, nodeImport, undeclared(name, isHere, isKnown, atOnce))
  }
}

/** Whether a peer has it without a search: the chaincode itself, or what it installs for it. */
function isDeclared(name: string, manifest: NodeManifest): boolean {
  const { dependencies, optionalDependencies, peerDependencies } = manifest
  return name === manifest.name || [dependencies, optionalDependencies, peerDependencies].some((list) => name in list)
}

/** Whether something replaces the aliases of tsconfig.json when the chaincode starts. */
function replacesAliases({ scripts, dependencies }: NodeManifest): boolean {
  return 'module-alias' in dependencies || /tsconfig-paths|module-alias|\btsx\b/.test(scripts['start'] ?? '')
}

function pathAlias(specifier: string): Finding {
  return {
    name: 'path-alias',
    what: `Node can't load ${specifier}, on a peer or here.`,
    why: 'It is a name from `paths` or `baseUrl` in tsconfig.json. TypeScript checks types by it, and leaves it in the JavaScript as it is.',
    do: 'Import the file by its relative path, have the build replace the name (tsc-alias after tsc, or a bundler), or name it in `imports` of package.json (`#…`).',
  }
}

const ONLY_TRANSITIVE = 'A peer gets it only because another dependency needs it, in whatever version.'

function devDependency(name: string, isTransitive: boolean, atOnce: boolean): Finding {
  return {
    name: 'dev-dependency-used',
    what: isTransitive ? `${name} is a devDependency, and the chaincode uses it.` : `A peer can't load ${name}.`,
    why: isTransitive
      ? 'A peer installs with `npm ci --omit=dev`, and gets it only because another dependency needs it, in whatever version.'
      : `It is a devDependency, and a peer installs with \`npm ci --omit=dev\`.${onlyLater(atOnce)}`,
    do: `Move ${name} to \`dependencies\`: \`npm install --save-prod ${name}\`.`,
    fatal: !isTransitive && atOnce,
  }
}

function undeclared(name: string, isHere: boolean, isKnown: boolean, atOnce: boolean): Finding {
  return {
    name: 'dependency-undeclared',
    what: `A peer ${isKnown ? 'does' : 'may'} not have ${name}, which package.json doesn't declare.`,
    why: isHere
      ? `Here it comes from a node_modules folder of this machine.${onlyLater(atOnce)}`
      : `It isn't installed here either.${onlyLater(atOnce)}`,
    do: `Declare it: \`npm install ${name}\`.`,
    fatal: isKnown && atOnce,
  }
}

function onlyLater(atOnce: boolean): string {
  return atOnce ? '' : ' It is loaded only when that line runs.'
}

async function checkPath(search: Search, file: string, readPath: ReadPath): Promise<void> {
  const { packaged } = search
  const isAbsolute = /^(?:\/home\/|\/Users\/|[A-Za-z]:[\\/])/.test(readPath.path) && readPath.from === 'start'
  const relative =
    readPath.from === 'file'
      ? path.posix.join(path.posix.dirname(file), readPath.path)
      : path.posix.normalize(readPath.path)
  if (!isAbsolute && path.isAbsolute(readPath.path) && readPath.from === 'start') return
  const here = isAbsolute ? readPath.path : path.join(packaged.root, relative)
  const at = { line: readPath.line, atOnce: false }
  if (isAbsolute || relative.startsWith('..')) {
    // A file that doesn't exist doesn't work here either.
    if (isAbsolute || (await existsHere(here))) add(search, file, at, outside(file, readPath.path))
  } else if (
    packaged.ignored.some((ignored) => relative === ignored || relative.startsWith(`${ignored}/`)) &&
    (await existsHere(here))
  ) {
    add(search, file, at, {
      name: 'file-left-out',
      what: `A peer doesn't have ${readPath.path}.`,
      why: 'It is in the folder, but `ignore` in slipway.yaml keeps it out of the package.',
      do: 'Remove it from `ignore`, if the chaincode needs it.',
    })
  }
}

function outside(file: string, place: string): Finding {
  return {
    name: 'file-outside',
    what: `A peer doesn't have ${place}, which ${file} names.`,
    why: 'It is outside the folder, and a package holds only the folder.',
    do: 'Move it into the folder, or make it a separate package and depend on it.',
  }
}

/** It is fatal if the file is loaded at once, unless it says otherwise. */
type Finding = Pick<Difference, 'name' | 'what' | 'why' | 'do'> & { fatal?: boolean }

/** Add a difference, once for each name and text: its first place is enough. */
function add(
  search: Search,
  file: string,
  { line, atOnce }: { line: number; atOnce: boolean },
  finding: Finding,
): void {
  const key = `${finding.name} ${finding.what}`
  const before = search.differences.get(key)
  const fatal = finding.fatal ?? atOnce
  if (before !== undefined && (before.fatal || !fatal)) return
  search.differences.set(key, { ...finding, file: search.packaged.shown(file), line, fatal })
}

/** The file whose name differs only in upper and lower case. */
function inOtherCase({ files }: Packaged, place: string): string | undefined {
  const lowerCase = new Map([...files.keys()].map((file) => [file.toLowerCase(), { mode: 0, file, size: 0 }]))
  const match = resolveFile({ files: lowerCase }, place.toLowerCase())
  return match === undefined ? undefined : lowerCase.get(match)?.file
}
