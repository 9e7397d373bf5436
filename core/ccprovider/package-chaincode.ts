import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { PackageRequest, PackageResult } from '../contract/package.ts'
import { PeerError } from '../contract/error.ts'
import { makeFolder } from '../facts/make-folder.ts'
import type { PrintLine } from '../process/print-line.ts'
import { readProjects, type Overrides } from '../platforms/detect.ts'
import { goModule } from '../platforms/golang/module.ts'
import { packageProject, packageService } from '../packaging/package-project.ts'
import { buildProject, installDependencies } from '../platforms/platform.ts'
import type { Project } from '../project/project.ts'
import { runTool, shellArgv } from '../platforms/run-tool.ts'
import { connectionJson } from './connection-json.ts'
import { checkLabel, packageId, readLifecyclePackage, writeLifecyclePackage } from './lifecycle-package.ts'

export interface PackagingParts {
  /** The project of an opened chaincode. Throws CHAINCODE_UNKNOWN. */
  project(name: string): Project
  /** Output of the build. */
  print: PrintLine
  /** `chaincode.buildtimeout`. */
  timeoutMs: number
}

/**
 * Write the lifecycle package of a chaincode folder or of an opened chaincode, after building it with its own toolchain
 * if it needs that. Needs no Docker and changes nothing on a peer. A fatal difference doesn't prevent it: the author
 * may know better. Throws the codes of errors/folder.ts, CHAINCODE_UNKNOWN, NAME_INVALID, USAGE, TOOL_MISSING,
 * INSTALL_FAILED, BUILD_FAILED, BUILD_TIMEOUT, PACKAGE_INVALID, PACKAGE_TOO_LARGE, PACKAGE_UNWRITABLE or the signal's
 * reason.
 */
export async function packageChaincode(
  request: PackageRequest,
  parts: PackagingParts,
  signal: AbortSignal = new AbortController().signal,
): Promise<PackageResult> {
  const project = 'folder' in request ? await onlyProject(request.folder, request) : parts.project(request.name)
  const label = request.label ?? `${project.name}_${project.version}`
  checkLabel(label)
  const file = await outputFile(request.output, project, label)
  const content =
    request.ccaas === undefined
      ? await packageCode(project, request.build !== false, file, parts, signal)
      : {
          type: 'ccaas' as const,
          ...(await packageService(project, connectionJson(request.ccaas.address), signal)),
        }
  const bytes = writeLifecyclePackage({ ...content, label })
  signal.throwIfAborted()
  await writeWhole(file, bytes)
  return {
    file,
    label,
    type: content.type,
    packageId: packageId(label, bytes),
    size: bytes.length,
    files: content.files.map(({ name }) => name),
    differences: content.differences,
  }
}

async function onlyProject(folder: string, { name, version }: { name?: string; version?: string }): Promise<Project> {
  const overrides: Overrides = {}
  if (name !== undefined) overrides.name = name
  if (version !== undefined) overrides.version = version
  const { projects } = await readProjects(folder, overrides)
  const [project, ...others] = projects
  if (project !== undefined && others.length === 0) return project
  const names = projects.map((listed) => listed.name).join(', ')
  throw new PeerError('USAGE', {
    message: `slipway.yaml lists several chaincodes, but a package holds one. Choose one by name: ${names}.`,
  })
}

async function packageCode(
  project: Project,
  build: boolean,
  file: string,
  { print, timeoutMs }: PackagingParts,
  signal: AbortSignal,
) {
  // A peer builds Go and Java itself and runs Node as it is; it doesn't run an author's own build command.
  const needsBuild = project.dialect === 'TypeScript' || project.build !== undefined
  if (needsBuild && build) {
    const run = { number: 0, print, note: () => undefined, timeoutMs, signal }
    if (project.language === 'node') await installDependencies(project, run)
    if (project.build !== undefined) await runTool(project, shellArgv(project.build), run, 'build')
    else await buildProject(project, run)
  }
  if (project.language === 'other') {
    throw new PeerError('PACKAGE_INVALID', {
      file: 'slipway.yaml',
      reason: "A peer has no platform for the language `other`: it couldn't build or start this package.",
      do: 'Package it as a service, with --ccaas HOST:PORT.',
    })
  }
  const code = await packageProject(project, signal, { output: file, unbuilt: needsBuild && !build })
  // What the peer command writes when run in the folder; for Go, the peer builds that path.
  const importPath = project.language === 'golang' ? (await goModule(project.folder)).importPath : '.'
  return { type: project.language, path: importPath, ...code }
}

/**
 * An absolute path; in a folder `<label>.tar.gz`. Throws PACKAGE_UNWRITABLE if a file that isn't a package is there.
 */
async function outputFile(output: string | undefined, project: Project, label: string): Promise<string> {
  const place = path.resolve(output ?? project.folder)
  const asFolder = output === undefined || /[\\/]$/.test(output) || (await isFolder(place))
  const file = asFolder ? path.join(place, `${label}.tar.gz`) : place
  let bytes: Buffer
  try {
    bytes = await readFile(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return file
    throw unwritable(file, error)
  }
  try {
    await readLifecyclePackage(bytes, file)
  } catch (error) {
    const reason = 'A file of that name exists already, and it is not a chaincode package.'
    throw new PeerError('PACKAGE_UNWRITABLE', { file, reason }, { cause: error })
  }
  return file
}

async function isFolder(place: string): Promise<boolean> {
  return stat(place).then(
    (info) => info.isDirectory(),
    () => false,
  )
}

/** Writes a draft beside it and renames that, so that nobody reads half a package. */
async function writeWhole(file: string, bytes: Buffer): Promise<void> {
  const draft = `${file}.${process.pid}~`
  try {
    await makeFolder(path.dirname(file))
    await writeFile(draft, bytes, { flush: true })
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw unwritable(file, error)
  }
}

function unwritable(file: string, error: unknown): PeerError {
  const { code, message } = error as NodeJS.ErrnoException
  const reason = code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? 'You may not write there.' : message
  return new PeerError('PACKAGE_UNWRITABLE', { file, reason }, { cause: error })
}
