import { canonicalName } from '../ccprovider/cc-context.ts'
import { diagnosticsOf } from '../platforms/diagnostics.ts'
import type { Project } from '../project/project.ts'
import { newContentHash, type ContentHash } from '../watch/content-hash.ts'
import { Reloader, type ReloaderParts } from '../watch/reloader.ts'
import { sourcesOf } from '../watch/sources.ts'
import type { CustodianWorld } from './world.ts'

/** Builds a chaincode and launches it by `launch`, with its timeline from `begin`. */
export function newProjectReloader(
  name: string,
  { builds, emit, registry }: Pick<CustodianWorld, 'builds' | 'emit' | 'registry'>,
  { begin, launch }: Pick<ReloaderParts, 'begin' | 'launch'>,
): Reloader {
  // Which files are sources may change with the project's own description.
  let hashed: { project: Project; hash: ContentHash } | undefined
  const hash = async (project: Project, changed?: readonly string[]) => {
    if (hashed?.project !== project) hashed = { project, hash: newContentHash(await sourcesOf(project)) }
    return hashed.hash.hash(changed)
  }
  const reloader: Reloader = new Reloader({
    hash,
    build: (project, wanted, signal, report) =>
      builds.build(project, {
        wanted,
        serving: reloader.lastGood()?.build,
        signal,
        report,
        hash: () => hash(project),
      }),
    launch,
    begin,
    emit: (build) => emit({ type: 'build', name, build }),
    serves: (project) => registry.handler(canonicalName(project)) !== undefined,
    diagnose: (project, error) => diagnosticsOf(error, project.folder),
  })
  return reloader
}
