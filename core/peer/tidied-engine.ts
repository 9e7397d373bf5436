import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DockerEngine } from '../container/docker/engine/engine.ts'
import { removeLeftovers } from '../container/docker/leftovers.ts'
import { peerLabel } from '../container/docker/names.ts'
import { now } from '../facts/clock.ts'
import type { LogStore } from '../logs/log-store.ts'

/** An engine that takes longer to list leftovers hangs. */
const CLOSE_MS = 10_000

/** The Docker engine, from which everything was removed that a killed Slipway of this data folder left there. */
export interface TidiedEngine {
  /** Whether this data folder has used an engine, and may have left something there. */
  wasUsed(): boolean
  /** Tidied before the first use. @throws PeerError DOCKER_* */
  engine(signal?: AbortSignal): Promise<DockerEngine>
  /** Remove whatever is left of this peer. Never rejects: what remains is removed at the next start. */
  tidyAtClose(): Promise<void>
}

export function newTidiedEngine(
  dataDir: string,
  findEngine: (signal?: AbortSignal) => Promise<DockerEngine>,
  logs: LogStore,
  closing: AbortSignal,
  used: () => void,
): TidiedEngine {
  const peer = peerLabel(dataDir)
  // Exists as long as an engine may hold something of this peer. Who stays in dev mode never needs an engine.
  const mark = join(dataDir, 'containers')
  let tidied: Promise<void> | undefined

  const tidy = async (engine: DockerEngine) => {
    used()
    await writeFile(mark, '')
    const { containers } = await removeLeftovers(engine, peer, closing)
    if (containers.length === 0) return
    const names = containers.map(({ name }) => name).join(', ')
    logs.append({
      at: now(),
      source: 'peer',
      text: `Removed what an earlier Slipway left on the Docker engine: ${names}`,
    })
  }

  return {
    wasUsed: () => existsSync(mark),
    async engine(signal) {
      const engine = await findEngine(signal)
      tidied ??= tidy(engine).catch((error: unknown) => {
        tidied = undefined
        throw error
      })
      await tidied
      return engine
    },
    async tidyAtClose() {
      if (tidied === undefined) return
      try {
        const signal = AbortSignal.timeout(CLOSE_MS)
        await removeLeftovers(await findEngine(signal), peer, signal)
        await rm(mark, { force: true })
      } catch {
        // The engine is down: the mark stays, and the next start removes what is left.
        return
      }
    },
  }
}
