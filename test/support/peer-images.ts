import { openEngine } from '../../core/container/docker/engine/docker-engine.ts'
import type { DockerEngine } from '../../core/container/docker/engine/engine.ts'
import { findEngine } from '../../core/container/docker/engine/find-engine.ts'
import { removeEverything } from '../../core/container/docker/leftovers.ts'
import { peerLabel } from '../../core/container/docker/names.ts'

/** What a peer of this data folder left on the engine, for who has no use for its images any more. */
export async function removePeerImages(dataDir: string): Promise<void> {
  await onEngine((engine) => removeEverything(engine, peerLabel(dataDir)))
}

/** The engine that a peer would find. */
export async function onEngine<T>(work: (engine: DockerEngine) => Promise<T>): Promise<T> {
  const { address, reach } = await findEngine({})
  const engine = await openEngine(address, reach)
  try {
    return await work(engine)
  } finally {
    engine.close()
  }
}
