import { availableParallelism } from 'node:os'
import type { Scenario } from '../../../core/index.ts'
import type { ScenarioOutcome } from '../../../core/contract/scenario-outcome.ts'
import type { TestPeer } from './test-peer.ts'

const MOST_PEERS = 4
/** Launching a chaincode once more takes as long as playing some. */
const SCENARIOS_PER_PEER = 8

export interface Playing {
  /** On a peer whose ledger is empty. */
  play(scenario: Scenario, peer: TestPeer): Promise<ScenarioOutcome>
  /** Called with each as it ends. */
  ended(outcome: ScenarioOutcome): void
}

/**
 * Play scenarios side by side, each on a ledger that shows nothing of the others. Resolves in their order. `open`: opens
 * another peer with an empty ledger. Throws the first error, once all peers are closed.
 */
export async function playScenarios(
  scenarios: readonly Scenario[],
  open: () => Promise<TestPeer>,
  playing: Playing,
): Promise<ScenarioOutcome[]> {
  const outcomes: ScenarioOutcome[] = []
  const queue = [...scenarios.entries()]
  const work = async (first: TestPeer | undefined): Promise<void> => {
    let peer = first
    try {
      while (queue.length > 0) {
        peer ??= await open()
        const next = queue.shift()
        if (next === undefined) return
        const [i, scenario] = next
        const outcome = await playing.play(scenario, peer)
        outcomes[i] = outcome
        playing.ended(outcome)
        if (queue.length > 0) peer = await emptied(peer, outcome)
      }
    } catch (error) {
      queue.length = 0
      throw error
    } finally {
      await peer?.close()
    }
  }
  // The first opens alone: it builds, and the others find what was built.
  const opened = await open()
  const peers = Math.min(MOST_PEERS, availableParallelism(), Math.ceil(scenarios.length / SCENARIOS_PER_PEER))
  const workers = [work(opened), ...Array.from({ length: peers - 1 }, () => work(undefined))]
  for (const result of await Promise.allSettled(workers)) if (result.status === 'rejected') throw result.reason
  return outcomes
}

/** A chaincode that didn't answer may be in an endless loop; the next scenario gets one that was never called. */
async function emptied(peer: TestPeer, outcome: ScenarioOutcome): Promise<TestPeer | undefined> {
  if (isUnanswered(outcome)) {
    await peer.close()
    return undefined
  }
  await peer.empty()
  return peer
}

function isUnanswered({ calls }: ScenarioOutcome): boolean {
  return calls.some(({ error }) => error !== undefined)
}

/** Play scenarios one after another on a peer that stays open, likewise. */
export async function playInTurn(
  scenarios: readonly Scenario[],
  peer: TestPeer,
  playing: Playing,
): Promise<ScenarioOutcome[]> {
  const outcomes: ScenarioOutcome[] = []
  for (const scenario of scenarios) {
    await peer.empty()
    const outcome = await playing.play(scenario, peer)
    outcomes.push(outcome)
    playing.ended(outcome)
    if (isUnanswered(outcome)) await peer.restart()
  }
  return outcomes
}
