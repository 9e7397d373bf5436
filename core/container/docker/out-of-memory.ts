import { dialectOf } from './engine/engine-dialect.ts'
import type { ContainerFacts, DockerEngine, EngineEvent } from './engine/engine.ts'

/**
 * The engine learns of a container's end and of the lack of memory separately. If the end comes first, it is reported
 * without a cause, and the cause half a second later on a busy machine (Docker 20.10, libcontainerd).
 */
const REPORTED_WITHIN_MS = 2_000

const SIGKILL = 128 + 9

/** `probably`: the engine doesn't report it, but nobody else killed the container, and it had a limit. */
export type OutOfMemory = boolean | 'probably'

/**
 * Whether an ended container was killed because memory ran out. Never rejects; when aborted, resolves with what is
 * known. If a container used up its memory right after its start, the engine may not know: with cgroups v1 its shim
 * begins to watch a moment later.
 */
export async function ranOutOfMemory(
  engine: Pick<DockerEngine, 'events' | 'facts'>,
  ended: ContainerFacts,
  signal: AbortSignal,
): Promise<OutOfMemory> {
  if (ended.oomKilled || ended.exitCode !== SIGKILL) return ended.oomKilled
  const decided = new AbortController()
  let cause: 'memory' | 'by hand' | undefined
  const onEvent = (event: EngineEvent) => {
    if (event.id !== ended.id) return
    if (event.action === 'oom') cause = 'memory'
    else if (isKillByHand(event)) cause = 'by hand'
    else return
    decided.abort()
  }
  const ends = AbortSignal.any([signal, decided.signal, AbortSignal.timeout(REPORTED_WITHIN_MS)])
  await engine.events(ended.labels, onEvent, ends, ended.createdAt).catch(() => undefined)
  if (cause !== undefined || signal.aborted) return cause === 'memory'
  return ended.memoryLimit !== undefined && (await isSilent(engine)) && 'probably'
}

async function isSilent(engine: Pick<DockerEngine, 'facts'>): Promise<boolean> {
  return engine.facts().then(
    (facts) => !dialectOf(facts).reportsOutOfMemory,
    () => false,
  )
}

/** Through the engine, by `docker kill` or `docker stop`. Podman doesn't name the signal. */
function isKillByHand({ action, labels }: EngineEvent): boolean {
  return action === 'kill' && /^(9|SIGKILL)$/.test(labels['signal'] ?? '9')
}
