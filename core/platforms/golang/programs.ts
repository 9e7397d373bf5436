import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { PeerError } from '../../contract/error.ts'
import { findGoModule, type GoModule } from './module.ts'

/** What the Go files of a folder say of themselves, tests aside. */
interface GoPackage {
  /** As `package` names it: `main`. */
  name: string
  imports: string[]
}

/** A folder that `go build` makes no program of. */
export interface GoLibrary {
  /** Undefined if no Go file is in the folder itself. */
  package: string | undefined
  /** Folders with a chaincode, relative to it: `cmd/cc`. */
  programs: string[]
}

/** The shim and the contract API; the shim of Fabric 1.x is a part of Fabric's own module. */
const SHIM =
  /^github\.com\/hyperledger\/(?:fabric-(?:chaincode-go|contract-api-go)\b|fabric\/core\/chaincode\/shim(?:\/|$))/
const REQUIRED_SHIM = /\bgithub\.com\/hyperledger\/(?:fabric-(?:chaincode-go|contract-api-go)\b|fabric"?\s+v[01]\.)/
/** More than any module has. */
const MOST_FOLDERS = 2000

/** Whether a go.mod requires Fabric's shim or contract API, of any major version. */
export function requiresShim(goMod: string): boolean {
  return REQUIRED_SHIM.test(goMod.replace(/\/\/.*$/gm, ''))
}

/** Undefined if the folder has no Go files. */
export async function goPackage(folder: string): Promise<GoPackage | undefined> {
  const names = await readdir(folder).catch((): string[] => [])
  const isSource = (name: string) => name.endsWith('.go') && !/_test\.go$|^[._]/.test(name)
  const texts = await Promise.all(
    names.filter(isSource).map((name) => readFile(path.join(folder, name), 'utf8').catch(() => '')),
  )
  const headers = texts.map(readHeader).filter((header) => header !== undefined)
  const [first] = headers
  return first && { name: first.name, imports: headers.flatMap(({ imports }) => imports) }
}

/** The package clause and the imports of a Go file. Undefined without one, and for a file that no build includes. */
function readHeader(text: string): GoPackage | undefined {
  if (/^\/\/(?:go:build|\s*\+build)\s+ignore\b/m.test(text)) return undefined
  const plain = text.replace(/^\uFEFF/, '').replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '')
  const name = /^\s*package\s+(\w+)/.exec(plain)?.[1]
  // `go build` passes over documentation.
  if (name === undefined || name === 'documentation') return undefined
  const clauses = [...plain.matchAll(/^import\s*(?:\(([^)]*)\)|([^(\n]*))/gm)]
  const imports = clauses.flatMap(([, block = '', single = '']) =>
    [...`${block}${single}`.matchAll(/["`]([^"`]+)["`]/g)].map(([, imported = '']) => imported),
  )
  return { name, imports }
}

/** Whether a folder of a module is a program that uses the shim, itself or through other packages of the module. */
export async function isChaincode(folder: string, { root, module }: GoModule): Promise<boolean> {
  const start = await goPackage(folder)
  if (start?.name !== 'main') return false
  const seen = new Set<string>()
  const queue = [...start.imports]
  for (let next = queue.shift(); next !== undefined && seen.size <= MOST_FOLDERS; next = queue.shift()) {
    if (SHIM.test(next)) return true
    if (seen.has(next) || (next !== module && !next.startsWith(`${module}/`))) continue
    seen.add(next)
    queue.push(...((await goPackage(path.join(root, next.slice(module.length))))?.imports ?? []))
  }
  return false
}

/** The folder as a library, and where the chaincodes of its module are. */
export async function describeLibrary(folder: string, module: GoModule): Promise<GoLibrary> {
  const own = await goPackage(folder)
  const programs: string[] = []
  let count = 0
  const walk = async (at: string): Promise<void> => {
    if ((count += 1) > MOST_FOLDERS) return
    if (at !== folder && (await isChaincode(at, module))) programs.push(path.relative(folder, at).replaceAll('\\', '/'))
    const entries = await readdir(at, { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      // As the go command reads `./...`.
      if (!entry.isDirectory() || /^[._]|^(?:testdata|vendor|node_modules)$/.test(entry.name)) continue
      await walk(path.join(at, entry.name))
    }
  }
  await walk(module.root)
  return { package: own?.name, programs: programs.sort() }
}

/** Throws NOT_A_PROGRAM if `go build` would make an archive of the folder, which can't be started. */
export async function requireProgram(folder: string): Promise<void> {
  const own = await goPackage(folder)
  const module = await findGoModule(folder)
  if (own === undefined || own.name === 'main' || module === undefined) return
  throw notAProgram(folder, await describeLibrary(folder, module))
}

function notAProgram(folder: string, { package: name, programs }: GoLibrary): PeerError {
  return new PeerError('NOT_A_PROGRAM', { folder, package: name, programs })
}
