import { mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { PeerError } from '../contract/error.ts'
import type { Project } from '../project/project.ts'
import { shellArgv, type BuildRun } from './run-tool.ts'

/** The folder for a project's builds, which must not overwrite one another. */
export function buildFolder(project: Project): string {
  return path.join(project.folder, '.slipway', 'build')
}

/** A build's file in it: `marbles-3.jar`. */
export function buildFile(project: Project, number: number, extension: string): string {
  return path.join(buildFolder(project), `${project.name}-${number}${extension}`)
}

/** Make the folder for builds. Throws FOLDER_GONE: the project's own folder is never recreated, so it can be moved back. */
export async function makeBuildFolder(project: Project): Promise<void> {
  const folder = buildFolder(project)
  for (const missing of [path.dirname(folder), folder]) {
    await mkdir(missing, { mode: 0o700 }).catch((error: unknown) => {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') throw new PeerError('FOLDER_GONE', { folder: project.folder }, { cause: error })
      if (code !== 'EEXIST') throw error
    })
  }
}

/** Remove this project's older builds, except the one that serves. */
export async function removeOlder(project: Project, run: BuildRun): Promise<void> {
  const folder = buildFolder(project)
  for (const file of await readdir(folder)) {
    const number = file.startsWith(`${project.name}-`)
      ? /-(\d+)(?:\.\w+)?$/.exec(file.slice(project.name.length))
      : null
    if (number === null || Number(number[1]) === run.number || Number(number[1]) === run.serving) continue
    // Windows can't remove a program that still runs; the next build removes it.
    await rm(path.join(folder, file), { force: true }).catch(() => undefined)
  }
}

/**
 * The author's own start command followed by Fabric's flags, as a program with arguments. A command that names
 * CORE_PEER_ADDRESS gets no flags.
 */
export function customStart(project: Project): string[] | undefined {
  if (project.start === undefined) return undefined
  if (process.platform === 'win32') return shellArgv(project.start)
  return [...shellArgv(project.start.includes('CORE_PEER_ADDRESS') ? project.start : `${project.start} "$@"`), 'sh']
}
