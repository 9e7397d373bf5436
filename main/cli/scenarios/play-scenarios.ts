import { availableParallelism } from 'node:os'
import type { Scenario } from '../../../core/index.ts'
import type { ScenarioOutcome } from '../../../core/scenarios/outcome.ts'
import type { TestPeer } from './test-peer.ts'

/** One that plays is enough for a chaincode that answers at once; more than the processor has only wait for each other. */
const MOST_PEERS = 4

interface Playing {
  /** Opens another peer with an empty ledger. */
  open(): Promise<TestPeer>
  play(scenario: Scenario, peer: TestPeer): Promise<ScenarioOutcome>
  /** Called with each as it ends. */
  ended(outcome: ScenarioOutcome, peer: TestPeer): void
}

/**
 * Play scenarios side by side, each on a ledger that only it has seen. Resolves in their order.
 * Throws the first error, once all peers are closed.
 */
export async function playScenarios(scenarios: readonly Scenario[], playing: Playing): Promise<ScenarioOutcome[]> {
  const outcomes: ScenarioOutcome[] = []
  const queue = [...scenarios.entries()]
  // The first opens alone: it builds, and the others find what was built.
  const opened = playing.open()
  const work = async (first: Promise<TestPeer> | undefined): Promise<void> => {
    let next = first
    for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) {
      const [i, scenario] = entry
      const peer = await (next ?? playing.open())
      next = undefined
      try {
        const outcome = await playing.play(scenario, peer)
        outcomes[i] = outcome
        playing.ended(outcome, peer)
      } catch (error) {
        queue.length = 0
        throw error
      } finally {
        await peer.close()
      }
    }
  }
  const others = Math.min(MOST_PEERS, availableParallelism(), scenarios.length) - 1
  await opened
  const workers = [work(opened), ...Array.from({ length: others }, () => work(undefined))]
  const settled = await Promise.allSettled(workers)
  for (const result of settled) if (result.status === 'rejected') throw result.reason
  return outcomes
}
