import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Difference } from '../contract/difference.ts'
import { packaged } from './differences/packaged.ts'
import { golangPackageRules } from '../platforms/golang/package-rules.ts'
import { javaPackageRules } from '../platforms/java/package-rules.ts'
import { nodePackageRules } from '../platforms/node/package-rules.ts'
import { otherPackageRules } from '../platforms/other/platform.ts'
import { ChangedWhileRead, writeCode } from './code.ts'
import { invalid, unreadable } from './errors.ts'
import { listPackage, type PackageFile } from './files.ts'
import { checkMetadata } from './metadata.ts'
import type { CodePackage, Project } from '../project/project.ts'

/** An author may save while we read; a file that changes at every try isn't being saved. */
const TRIES = 3

const rulesOf = { golang: golangPackageRules, node: nodePackageRules, java: javaPackageRules, other: otherPackageRules }

/** What else packaging needs to know. */
export interface PackagingFacts {
  /** The file that the package is written to, absolute: it never goes into the package. */
  output?: string | undefined
  /** Build output is packaged as it's found, and may be old. */
  unbuilt?: boolean | undefined
}

/**
 * A project's code as Fabric's own packager writes it, the same bytes for the same files: the tar is byte for byte that
 * of `peer lifecycle chaincode package`, except for what Slipway leaves out (`.slipway`, `.git`, what `ignore` names,
 * lifecycle packages, the Go program of that name).
 * Throws PACKAGE_INVALID, PACKAGE_TOO_LARGE, FOLDER_GONE or the signal's reason.
 */
export async function packageProject(
  project: Project,
  signal: AbortSignal,
  { output, unbuilt = false }: PackagingFacts = {},
): Promise<CodePackage> {
  return retryWhileChanging(async () => {
    const rules = await rulesOf[project.language](project)
    const listing = await listPackage(project, rules, signal, output)
    await checkAllMetadata(listing.files)
    const code = await writeCode(listing.files, rules.order === 'folders-first', signal)
    // Loaded only here: dev mode needs no parsers.
    const { findDifferences } = await import('./find-differences.ts')
    const differences = await findDifferences(packaged(project, rules.root, listing, unbuilt))
    return describe(code, listing.files, [...differences, ...listing.differences])
  })
}

/**
 * The code of a chaincode that runs as a service: the address that the peer dials, and the folder's CouchDB indexes,
 * which the peer deploys here too. Throws what packageProject throws.
 */
export async function packageService(project: Project, connection: Buffer, signal: AbortSignal): Promise<CodePackage> {
  return retryWhileChanging(async () => {
    const rules = await rulesOf[project.language](project)
    const { files } = await listPackage(project, rules, signal)
    const metadata = files.filter(({ name }) => name.startsWith('META-INF'))
    await checkAllMetadata(metadata)
    const name = 'connection.json'
    const packageFiles = [
      { path: name, name, file: name, size: connection.length, mode: 0, bytes: connection },
      ...metadata,
    ]
    return describe(await writeCode(packageFiles, false, signal), packageFiles, [])
  })
}

async function retryWhileChanging<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ChangedWhileRead)) throw error
      if (tries === TRIES) throw invalid(error.file, 'It keeps changing while it is being read.', error)
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
