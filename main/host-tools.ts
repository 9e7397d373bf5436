import type { PeerState, ToolName } from '../core/contract/state.ts'
import type { ToolChecks } from '../core/index.ts'

/** What this machine has of the tools chaincode may need, while no peer runs that would look for them. */
export interface HostTools {
  /** Undefined before the first check. */
  state(): PeerState['tools'] | undefined
  /** As PeerApi.checkTools; `changed` is called after every finding. */
  check(tools?: ToolName[], signal?: AbortSignal): Promise<void>
  /** Idempotent. */
  close(): void
}

export function hostTools(changed: () => void): HostTools {
  let state: PeerState['tools'] | undefined
  let checks: ToolChecks | undefined
  return {
    state: () => state,
    async check(tools, signal) {
      const { newToolChecks, UNCHECKED_TOOLS } = await import('../core/index.ts')
      checks ??= newToolChecks((fact) => {
        if (fact.type !== 'tool') return
        state = { ...(state ?? UNCHECKED_TOOLS), [fact.tool]: fact.state }
        changed()
      })
      await checks.check(tools, signal)
    },
    close: () => checks?.close(),
  }
}
