import type { ContainerFacts, DockerEngine, EngineEvent } from './engine/engine.ts'

/**
 * The engine learns of a container's end and of the lack of memory separately. If the end comes first, it is reported
 * without a cause, and the cause half a second later on a busy machine (Docker 20.10, libcontainerd).
 */
const REPORTED_WITHIN_MS = 2_000

const SIGKILL = 128 + 9

/**
 * Whether an ended container was killed because memory ran out. Never rejects; when aborted, resolves with what is
 * known. If a container used up its memory right after its start, the engine may not know: with cgroups v1 its shim
 * begins to watch a moment later.
 */
export async function ranOutOfMemory(
  engine: DockerEngine,
  ended: ContainerFacts,
  signal: AbortSignal,
): Promise<boolean> {
  if (ended.oomKilled || ended.exitCode !== SIGKILL) return ended.oomKilled
  const decided = new AbortController()
  let hasOom = false
  const onEvent = (event: EngineEvent) => {
    if (event.id !== ended.id) return
    if (event.action === 'oom') hasOom = true
    else if (!isKillByHand(event)) return
    decided.abort()
  }
  const ends = AbortSignal.any([signal, decided.signal, AbortSignal.timeout(REPORTED_WITHIN_MS)])
  await engine.events(ended.labels, onEvent, ends, ended.createdAt).catch(() => undefined)
  return hasOom
}

/** Through the engine, by `docker kill` or `docker stop`. */
function isKillByHand({ action, labels }: EngineEvent): boolean {
  return action === 'kill' && /^(9|SIGKILL)$/.test(labels['signal'] ?? '')
}
