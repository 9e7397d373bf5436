import type { ContainerFacts, DockerEngine, EngineEvent } from './engine/engine.ts'

/**
 * A container's end and that memory ran out reach the engine apart from one another. Where the end is there first, it
 * is told without a cause, and the other one half a second later on a busy machine (Docker 20.10, libcontainerd).
 */
const TOLD_WITHIN_MS = 2_000

const SIGKILL = 128 + 9

/**
 * Whether a container that has ended was killed since memory ran out. Never rejects: aborted, it is what is known. Of one
 * that used it up in the first moments of its life the engine itself may not know: with cgroups v1 its shim begins to
 * look a moment after the start.
 */
export async function ranOutOfMemory(
  engine: DockerEngine,
  ended: ContainerFacts,
  signal: AbortSignal,
): Promise<boolean> {
  if (ended.oomKilled || ended.exitCode !== SIGKILL) return ended.oomKilled
  const enough = new AbortController()
  let found = false
  const heard = (event: EngineEvent) => {
    if (event.id !== ended.id) return
    if (event.action === 'oom') found = true
    else if (!killedByHand(event)) return
    enough.abort()
  }
  const told = AbortSignal.any([signal, enough.signal, AbortSignal.timeout(TOLD_WITHIN_MS)])
  await engine.events(ended.labels, heard, told, ended.createdAt).catch(() => undefined)
  return found
}

/** Through the engine, by `docker kill` or `docker stop`. */
function killedByHand({ action, labels }: EngineEvent): boolean {
  return action === 'kill' && /^(9|SIGKILL)$/.test(labels['signal'] ?? '')
}
