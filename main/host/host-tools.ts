import type { PeerState, ToolName } from '../../core/contract/state.ts'
import type { DockerWatch, ToolChecks } from '../../core/index.ts'
import type { PeerFact } from '../../core/contract/events.ts'

/** What this machine has of the tools chaincode may need, while no peer runs that would look for them. */
export interface HostTools {
  /** Undefined before the first check. */
  state(): PeerState['tools'] | undefined
  /** As PeerApi.checkTools; `changed` is called after every finding; the Docker engine is followed on. */
  check(tools?: ToolName[], signal?: AbortSignal): Promise<void>
  /** Idempotent. */
  close(): void
}

export function hostTools(changed: () => void): HostTools {
  let state: PeerState['tools'] | undefined
  let checks: ToolChecks | undefined
  let docker: DockerWatch | undefined
  const heard = (fact: PeerFact, unchecked: PeerState['tools']) => {
    if (fact.type !== 'tool') return
    state = { ...(state ?? unchecked), [fact.tool]: fact.state }
    changed()
  }
  return {
    state: () => state,
    async check(tools, signal) {
      const { newToolChecks, UNCHECKED_TOOLS, watchDocker } = await import('../../core/index.ts')
      const emit = (fact: PeerFact) => heard(fact, UNCHECKED_TOOLS)
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
