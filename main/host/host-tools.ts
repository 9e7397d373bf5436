import type { PeerState, ToolName } from '../../core/contract/state.ts'
import type { DockerWatch, ToolChecks } from '../../core/index.ts'
import type { PeerFact } from '../../core/contract/events.ts'

/** Looks for the tools that chaincode may need, while no peer is running that would do so. */
export interface HostTools {
  /** Undefined before the first check. */
  state(): PeerState['tools'] | undefined
  /** As PeerApi.checkTools; then keeps watching the Docker engine. */
  check(tools?: ToolName[], signal?: AbortSignal): Promise<void>
  /** Idempotent. */
  close(): void
}

/** `changed` is called after each result. */
export function hostTools(changed: () => void): HostTools {
  let state: PeerState['tools'] | undefined
  let checks: ToolChecks | undefined
  let docker: DockerWatch | undefined
  const update = (fact: PeerFact, unchecked: PeerState['tools']) => {
    if (fact.type !== 'tool') return
    state = { ...(state ?? unchecked), [fact.tool]: fact.state }
    changed()
  }
  return {
    state: () => state,
    async check(tools, signal) {
      const { newToolChecks, UNCHECKED_TOOLS, watchDocker } = await import('../../core/index.ts')
      const emit = (fact: PeerFact) => update(fact, UNCHECKED_TOOLS)
      docker ??= watchDocker(emit)
      checks ??= newToolChecks(emit, docker)
      await checks.check(tools, signal)
    },
    close() {
      checks?.close()
      docker?.close()
    },
  }
}
