import type { Dirent, Stats } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import { PeerError } from '../contract/error.ts'
import type { Difference } from '../contract/difference.ts'
import { ignoredBy, type PathTest } from '../project/path-patterns.ts'
import { copiedLink, linkedFolder, privileged } from './differences/links.ts'
import { isOwnProduct } from './own-product.ts'
import { invalid, unreadable } from './errors.ts'
import { packagedName, type PackageRules } from '../platforms/package-rules.ts'
import type { Project } from '../project/project.ts'

/** A file that goes into a code package. */
export interface PackageFile {
  /** Relative to the packaged root, with forward slashes. */
  path: string
  /** In the package. */
  name: string
  /** Absolute; the target, if it is a link. */
  file: string
  /** Bytes. */
  size: number
  mode: number
  /** Its content, if no file on disk holds it. */
  bytes?: Buffer | undefined
}

export interface PackageListing {
  files: PackageFile[]
  /** Paths that `ignore` leaves out and Fabric would take. */
  leftOut: string[]
  /** Folders that Fabric leaves out. */
  leftOutFolders: string[]
  /** Those that the walk itself finds: links, modes. */
  differences: Difference[]
}

interface Walk {
  rules: PackageRules
  /** The root, with links resolved. */
  realRoot: string
  isIgnored: PathTest
  /** Slipway, or the command it shows, made the file. */
  isOwn: (entry: Dirent, file: string) => Promise<boolean>
  listing: PackageListing
  signal: AbortSignal
}

/**
 * What goes into the package of a project, in Fabric's order. Reads only names, sizes and modes. Leaves out `output`, the
 * file that the package itself is written to.
 * Throws PACKAGE_INVALID, FOLDER_GONE or the signal's reason.
 */
export async function listPackage(
  project: Project,
  rules: PackageRules,
  signal: AbortSignal,
  output?: string,
): Promise<PackageListing> {
  const isIgnoredInFolder = await ignoredBy(project.ignore)
  const prefix = path.relative(rules.root, project.folder).replaceAll('\\', '/')
  const listing: PackageListing = { files: [], leftOut: [], leftOutFolders: [], differences: [] }
  const realRoot = await realpath(rules.root).catch((error: unknown) => {
    throw new PeerError('FOLDER_GONE', { folder: rules.root }, { cause: error })
  })
  const realOutput = output === undefined ? undefined : await withoutLinks(output)
  const walk: Walk = {
    rules,
    realRoot,
    // `ignore` is relative to the chaincode's folder, which in Go may be below the module's.
    isIgnored(file) {
      const inside = prefix === '' ? file : file.startsWith(`${prefix}/`) ? file.slice(prefix.length + 1) : undefined
      return inside !== undefined && isIgnoredInFolder(inside)
    },
    isOwn: async (entry, file) =>
      path.join(realRoot, path.relative(rules.root, file)) === realOutput ||
      (entry.isFile() && (await isOwnProduct(project, file))),
    listing,
    signal,
  }
  await walkFolder(walk, rules.root, '')
  if (rules.order === 'folders-first') listing.files.sort((a, b) => byBytes(a.name, b.name))
  const names = new Set(listing.files.map(({ path: file }) => file))
  const { required } = rules
  if (required !== undefined && !names.has(required.file)) {
    const why = listing.leftOut.includes(required.file) ? ' `ignore` in slipway.yaml names it.' : ''
    throw new PeerError('PACKAGE_INVALID', {
      file: required.file,
      reason: `It is not in the package. ${required.reason}${why}`,
      do: 'Put it into the folder, and remove it from `ignore` in slipway.yaml.',
    })
  }
  if (listing.files.length === 0) {
    throw new PeerError('PACKAGE_INVALID', {
      file: rules.root,
      reason: 'It contains no source files.',
      do: 'Check what `ignore` in slipway.yaml leaves out.',
    })
  }
  return listing
}

/** Links in the path of its folder resolved, as in `realRoot`. A folder that doesn't exist yet isn't in ours. */
async function withoutLinks(file: string): Promise<string> {
  const folder = await realpath(path.dirname(file)).catch(() => path.dirname(file))
  return path.join(folder, path.basename(file))
}

async function walkFolder(walk: Walk, folder: string, below: string): Promise<void> {
  walk.signal.throwIfAborted()
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(below === '' ? folder : below, error)
  })
  for (const entry of entries.sort((a, b) => byBytes(a.name, b.name))) {
    const [file, inside] = [path.join(folder, entry.name), below === '' ? entry.name : `${below}/${entry.name}`]
    if (entry.name === '.slipway' || entry.name === '.git') continue
    const excluded = walk.rules.leavesOutFolder(inside)
    if (entry.isDirectory() && excluded) {
      walk.listing.leftOutFolders.push(inside)
      continue
    }
    if (walk.isIgnored(inside)) {
      walk.listing.leftOut.push(inside)
      continue
    }
    if (entry.isDirectory()) await walkFolder(walk, file, inside)
    else if (entry.isSymbolicLink() && excluded) walk.listing.differences.push(linkedFolder(inside))
    else if (!walk.rules.leavesOutFile(inside) && !(await walk.isOwn(entry, file))) {
      await addFile(walk, entry, file, inside)
    }
  }
}

async function addFile(walk: Walk, entry: Dirent, file: string, inside: string): Promise<void> {
  const { rules, listing } = walk
  const name = packagedName(rules, inside)
  // Fabric skips hidden files in META-INF, which nobody puts there on purpose.
  if (name.startsWith('META-INF') && entry.name.startsWith('.')) return
  if (entry.name.includes('\uFFFD')) throw invalid(inside, "Its name is not UTF-8, which a tar can't hold.")
  const target = entry.isSymbolicLink() ? await followLink(walk, file, inside) : file
  const info = await stat(target).catch((error: unknown) => {
    throw unreadable(inside, error)
  })
  if (!info.isFile()) throw invalid(inside, `It is ${kindOf(info)}; a package holds only files.`)
  listing.files.push({ path: inside, name, file: target, size: info.size, mode: info.mode })
  if (target !== file) listing.differences.push(copiedLink(inside, path.relative(walk.realRoot, target)))
  if ((info.mode & 0o6000) !== 0) listing.differences.push(privileged(inside))
}

/** Fabric writes a link's target. Throws PACKAGE_INVALID unless that is a file in the folder. */
async function followLink({ realRoot }: Walk, file: string, inside: string): Promise<string> {
  let target: string
  try {
    target = await realpath(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ELOOP') throw invalid(inside, 'It is a link that leads back to itself.', error)
    if (code === 'ENOENT' || code === 'ENOTDIR') throw invalid(inside, 'It is a broken link.', error)
    throw unreadable(inside, error)
  }
  if (target !== realRoot && !target.startsWith(realRoot + path.sep)) {
    throw invalid(inside, `It is a link out of the folder, to ${target}.`)
  }
  const info = await stat(target)
  if (info.isDirectory()) {
    throw invalid(inside, 'It is a link to a folder, at which `peer lifecycle chaincode package` stops with an error.')
  }
  return target
}

function kindOf(info: Stats): string {
  if (info.isFIFO()) return 'a named pipe'
  if (info.isSocket()) return 'a socket'
  return info.isDirectory() ? 'a folder' : 'a device'
}

/** As Go sorts names. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
