import { setTimeout as sleep } from 'node:timers/promises'
import { canonicalName } from '../ccprovider/cc-context.ts'
import { now } from '../facts/clock.ts'
import { diagnosticsOf } from '../platforms/diagnostics.ts'
import type { Project } from '../project/project.ts'
import { BuildWrites } from '../watch/build-writes.ts'
import { newContentHash, type ContentHash } from '../watch/content-hash.ts'
import type { ReloaderParts } from '../watch/reloader-parts.ts'
import { Reloader } from '../watch/reloader.ts'
import { sourcesOf } from '../watch/sources.ts'
import type { CustodianWorld } from './world.ts'

/** Longer than it takes somebody who saves again and again, or an editor that saves by itself. */
const PAUSE_MS = 2_000

/** Builds a chaincode and launches it by `launch`, with its timeline from `begin`. */
export function newProjectReloader(
  name: string,
  folder: string,
  { builds, emit, registry, logs }: Pick<CustodianWorld, 'builds' | 'emit' | 'registry' | 'logs'>,
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
    writes: new BuildWrites(folder, (file) => {
      const text = `The build itself writes ${file}: its changes during a build aren't saves. Add it to \`ignore\` in slipway.yaml to have it passed over always.`
      logs.append({ at: now(), source: 'peer', chaincode: name, text })
    }),
    pause: (signal) => sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined),
    emit: (build) => emit({ type: 'build', name, build }),
    serves: (project) => registry.handler(canonicalName(project)) !== undefined,
    diagnose: (project, error) => diagnosticsOf(error, project.folder),
  })
  return reloader
}
