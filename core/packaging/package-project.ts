import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Difference } from '../contract/state.ts'
import { packaged } from './differences/packaged.ts'
import { golangPackage } from '../platforms/golang/package-rules.ts'
import { javaPackage } from '../platforms/java/package-rules.ts'
import { nodePackage } from '../platforms/node/package-rules.ts'
import { ChangedWhileRead, writeCode } from './code.ts'
import { invalid, unreadable } from './errors.ts'
import { listPackage, type PackageFile } from './files.ts'
import { checkMetadata } from './metadata.ts'
import type { CodePackage, Project } from '../project/project.ts'

/** An author saves while we read; who changes a file at every try is not saving. */
const TRIES = 3

const rulesOf = { golang: golangPackage, node: nodePackage, java: javaPackage }

/** What else packaging has to know. */
export interface PackagingFacts {
  /** The file that the package is written to, absolute: never goes into it. */
  output?: string
  /** What the package needs was not built just now, and may be old. */
  unbuilt?: boolean
}

/**
 * A project's code as Fabric's own packager would take it, the same bytes for the same files: its tar is byte for byte
 * that of `peer lifecycle chaincode package`, but for what Slipway leaves out (`.slipway`, `.git`, what `ignore` names,
 * lifecycle packages, the Go program of that name).
 * Throws PACKAGE_INVALID, PACKAGE_TOO_LARGE, FOLDER_GONE or the signal's reason.
 */
export async function packageProject(
  project: Project,
  signal: AbortSignal,
  about: PackagingFacts = {},
): Promise<CodePackage> {
  return unlessChanging(async () => {
    const rules = await rulesOf[project.language](project)
    const listing = await listPackage(project, rules, signal, about.output)
    await checkAllMetadata(listing.files)
    const code = await writeCode(listing.files, rules.order === 'folders-first', signal)
    // Loaded only here: dev mode has no use for parsers.
    const { findDifferences } = await import('./find-differences.ts')
    const found = await findDifferences(packaged(project, rules, listing, about.unbuilt === true))
    return describe(code, listing.files, [...found, ...listing.differences])
  })
}

/**
 * The code of a chaincode that runs as a service: where the peer dials it, and the CouchDB indexes of the folder, which
 * the peer deploys all the same. Throws as packageProject.
 */
export async function packageService(project: Project, connection: Buffer, signal: AbortSignal): Promise<CodePackage> {
  return unlessChanging(async () => {
    const rules = await rulesOf[project.language](project)
    const { files } = await listPackage(project, rules, signal)
    const metadata = files.filter(({ name }) => name.startsWith('META-INF'))
    await checkAllMetadata(metadata)
    const name = 'connection.json'
    const all = [{ path: name, name, file: name, size: connection.length, mode: 0, bytes: connection }, ...metadata]
    return describe(await writeCode(all, false, signal), all, [])
  })
}

async function unlessChanging<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ChangedWhileRead)) throw error
      if (tries === TRIES) throw invalid(error.file, 'It changes again and again while it is being read.', error)
    }
  }
}

async function checkAllMetadata(files: PackageFile[]): Promise<void> {
  for (const { name, path, file } of files) {
    if (!name.startsWith('META-INF')) continue
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw unreadable(path, error)
    })
    checkMetadata(name, text)
  }
}

function describe(code: Buffer, files: PackageFile[], differences: Difference[]): CodePackage {
  return {
    code,
    hash: createHash('sha256').update(code).digest('hex'),
    files: files.map(({ name, size }) => ({ name, size })),
    differences,
  }
}
