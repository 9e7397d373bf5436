import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { PeerError } from '../../contract/error.ts'

/** The Go module that a chaincode folder is in. */
export interface GoModule {
  /** Folder of its go.mod, absolute. */
  root: string
  /** As its go.mod names it: `github.com/acme/assets`. */
  module: string
  /** The import path of the chaincode's own package: the module's, if go.mod is in the chaincode's folder. */
  importPath: string
  /** The text of go.mod. */
  text: string
}

/**
 * The module of a folder. Throws PACKAGE_INVALID without one: a peer would look in GOPATH, which Slipway doesn't.
 */
export async function goModule(folder: string): Promise<GoModule> {
  const found = await findGoModule(folder)
  if (found !== undefined) return found
  throw new PeerError('PACKAGE_INVALID', {
    file: folder,
    reason: "It isn't in a Go module: neither it nor a folder above it has a go.mod.",
    do: 'Run `go mod init` and `go mod tidy` in it.',
  })
}

/**
 * Find the module of a folder, there or above. Fabric runs `go env GOMOD` and `go list`, but this machine may not have Go.
 * Throws PACKAGE_INVALID if its go.mod can't be read.
 */
export async function findGoModule(folder: string): Promise<GoModule | undefined> {
  for (let root = folder; ; root = path.dirname(root)) {
    const text = await readGoMod(path.join(root, 'go.mod'))
    if (text !== undefined) {
      const module = /^\s*module\s+(?:"([^"]+)"|`([^`]+)`|(\S+))/m.exec(text)
      const name = module?.[1] ?? module?.[2] ?? module?.[3] ?? 'chaincode'
      const below = path.relative(root, folder).replaceAll('\\', '/')
      return { root, module: name, importPath: below === '' ? name : `${name}/${below}`, text }
    }
    if (root === path.dirname(root)) return undefined
  }
}

async function readGoMod(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new PeerError('PACKAGE_INVALID', { file, reason: message }, { cause: error })
  }
}
