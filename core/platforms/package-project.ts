import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { golangPackage } from './golang/package.ts'
import { javaPackage } from './java/package.ts'
import { nodePackage } from './node/package.ts'
import { ChangedWhileRead, writeCode } from './package-code.ts'
import { invalid, unreadable } from './package-errors.ts'
import { listPackage, type PackageListing } from './package-files.ts'
import { checkMetadata } from './package-metadata.ts'
import type { CodePackage, Project } from './project.ts'

/** An author saves while we read; who changes a file at every try is not saving. */
const TRIES = 3

const rulesOf = { golang: golangPackage, node: nodePackage, java: javaPackage }

/**
 * A project's code as Fabric's own packager would take it, the same bytes for the same files: its tar is byte for byte
 * that of `peer lifecycle chaincode package`, but for what Slipway leaves out (`.slipway`, `.git`, what `ignore` names,
 * lifecycle packages, the Go program of that name).
 * Throws PACKAGE_INVALID, PACKAGE_TOO_LARGE, FOLDER_GONE or the signal's reason.
 */
export async function packageProject(project: Project, signal: AbortSignal): Promise<CodePackage> {
  for (let tries = 1; ; tries++) {
    try {
      const rules = await rulesOf[project.language](project)
      const listing = await listPackage(project, rules, signal)
      await checkAllMetadata(listing)
      const code = await writeCode(listing.files, rules.order === 'folders-first', signal)
      return describe(code, listing)
    } catch (error) {
      if (!(error instanceof ChangedWhileRead)) throw error
      if (tries === TRIES) throw invalid(error.file, 'It changes again and again while it is being read.', error)
    }
  }
}

async function checkAllMetadata({ files }: PackageListing): Promise<void> {
  for (const { name, path, file } of files) {
    if (!name.startsWith('META-INF')) continue
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      throw unreadable(path, error)
    })
    checkMetadata(name, text)
  }
}

function describe(code: Buffer, listing: PackageListing): CodePackage {
  return {
    code,
    hash: createHash('sha256').update(code).digest('hex'),
    files: listing.files.map(({ name, size }) => ({ name, size })),
    differences: listing.differences,
  }
}
