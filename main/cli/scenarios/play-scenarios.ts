import { availableParallelism } from 'node:os'
import type { Scenario } from '../../../core/index.ts'
import type { ScenarioOutcome } from '../../../core/contract/scenario-outcome.ts'
import type { TestPeer } from './test-peer.ts'

const MOST_PEERS = 4
/** Launching a chaincode once more takes as long as playing some. */
const SCENARIOS_PER_PEER = 8

export interface Playing {
  /** On a peer whose ledger is where the scenario starts. */
  play(scenario: Scenario, peer: TestPeer): Promise<ScenarioOutcome>
  /** Called with each as it ends. */
  ended(outcome: ScenarioOutcome): void
}

/** Opens another peer: with an empty ledger, or with a copy of the author's. */
type Open = (copied: boolean) => Promise<TestPeer>

type Numbered = [index: number, scenario: Scenario]

/** Whether a scenario starts on what the author's ledger holds. */
export function startsOnCopy({ start }: Scenario): boolean {
  return start.kind === 'current' || start.kind === 'checkpoint'
}

/**
 * Play scenarios side by side, each on a ledger that shows nothing of the others; those that start on a copy of the
 * author's ledger one after another, on one copy. Resolves in their order. Throws the first error, once all peers are
 * closed.
 */
export async function playScenarios(
  scenarios: readonly Scenario[],
  open: Open,
  playing: Playing,
): Promise<ScenarioOutcome[]> {
  const outcomes: ScenarioOutcome[] = []
  const all = [...scenarios.entries()]
  const empty = all.filter(([, scenario]) => !startsOnCopy(scenario))
  const copied = all.filter(([, scenario]) => startsOnCopy(scenario))
  const peers = Math.min(MOST_PEERS, availableParallelism(), Math.ceil(empty.length / SCENARIOS_PER_PEER))
  await playQueue(empty, { open: () => open(false), peers, playing, outcomes })
  await playQueue(copied, { open: () => open(true), peers: 1, playing, outcomes })
  return outcomes
}

interface Round {
  open: () => Promise<TestPeer>
  /** How many at once. */
  peers: number
  playing: Playing
  outcomes: ScenarioOutcome[]
}

async function playQueue(queue: Numbered[], { open, peers, playing, outcomes }: Round): Promise<void> {
  if (queue.length === 0) return
  const work = async (first: TestPeer | undefined): Promise<void> => {
    let peer = first
    try {
      while (queue.length > 0) {
        peer ??= await open()
        const next = queue.shift()
        if (next === undefined) return
        const [i, scenario] = next
        await peer.begin(scenario)
        const outcome = await playing.play(scenario, peer)
        outcomes[i] = outcome
        playing.ended(outcome)
        // It may be in an endless loop; the next scenario gets a chaincode that was never called.
        if (!isUnanswered(outcome)) continue
        await peer.close()
        peer = undefined
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
  const workers = [work(opened), ...Array.from({ length: peers - 1 }, () => work(undefined))]
  for (const result of await Promise.allSettled(workers)) if (result.status === 'rejected') throw result.reason
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
    await peer.begin(scenario)
    const outcome = await playing.play(scenario, peer)
    outcomes.push(outcome)
    playing.ended(outcome)
    if (isUnanswered(outcome)) await peer.restart()
  }
  return outcomes
}
