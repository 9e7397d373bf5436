import { PeerError } from '../../../core/contract/error.ts'
import type { NetworkCallResult } from '../../../core/contract/network.ts'
import type { ScenarioOutcome } from '../../../core/contract/scenario-outcome.ts'
import type { Scenario, ScenarioPeer } from '../../../core/index.ts'
import { networkOf } from './network-call.ts'
import type { TestOptions } from './options.ts'

/** Flags that only make sense with a peer here. */
const LOCAL = {
  mode: '--mode',
  dataDir: '--data-dir',
  watch: '--watch',
  update: '--update',
  record: '--record',
} as const

/** @throws PeerError USAGE */
export function checkNetworkOptions(options: TestOptions): void {
  const flag = Object.entries(LOCAL).find(([name]) => options[name as keyof typeof LOCAL] !== undefined)?.[1]
  if (flag === undefined) return
  throw new PeerError('USAGE', {
    message: `${flag} doesn’t go with --network: the scenarios are played there once, and nothing runs here.`,
  })
}

/**
 * Play scenarios on a network that slipway.yaml names, one after another, as the identity that it names. What can't be
 * played there is found before the first call.
 * @throws PeerError SCENARIO_NETWORK, NETWORK_READ_ONLY, NETWORK_UNKNOWN, NETWORK_INVALID; the signal's reason
 */
export async function playOnNetwork(
  scenarios: readonly Scenario[],
  { folder, options, ended }: { folder: string; options: TestOptions; ended: (outcome: ScenarioOutcome) => void },
  signal: AbortSignal,
): Promise<ScenarioOutcome[]> {
  const core = await import('../../../core/index.ts')
  const { checkWritable, evaluateOn, openNetwork, runScenario, submitTo } = core
  const { settings, project } = await networkOf(folder, options)
  for (const scenario of scenarios) {
    const calls = scenario.steps.flatMap(core.callsOf)
    checkPlayable(scenario, calls, settings.name)
    const submit = calls.find(({ kind }) => kind === 'submit')?.function
    if (submit !== undefined) checkWritable(settings, `play ${scenario.file}, which submits ${submit}`)
  }
  const network = await openNetwork(settings)
  const channel = options.channel ?? settings.channel ?? project.channel
  const none = () => Promise.reject(new Error('A network issues no identities'))
  const api: ScenarioPeer['api'] = {
    submit: async (request, until) => answered(await submitTo(network, { ...request, channel }, until)),
    evaluate: async (request, until) => answered(await evaluateOn(network, { ...request, channel }, until)),
    submitTogether: none,
    readCallLogs: none,
    issueIdentity: none,
    removeIdentity: none,
  }
  const outcomes: ScenarioOutcome[] = []
  try {
    for (const scenario of scenarios) {
      const outcome = await runScenario(scenario, { api, chaincode: project.name }, { signal })
      outcomes.push(outcome)
      ended(outcome)
    }
  } finally {
    network.close()
  }
  return outcomes
}

/** A network tells what a submit wrote before it is ordered; of an evaluate the answer alone. */
function answered(result: NetworkCallResult) {
  const { readWriteSet, events, ...rest } = result
  const untold =
    readWriteSet === undefined
      ? (['event', 'reads', 'writes', 'printed'] as const)
      : (['private data', 'printed'] as const)
  return { ...rest, readWriteSet: readWriteSet ?? { namespaces: [] }, events: events ?? [], untold }
}

/** @throws PeerError SCENARIO_NETWORK */
function checkPlayable(
  { file, start, saysStart, identities, steps }: Scenario,
  calls: readonly { as: string | undefined; line: number }[],
  network: string,
): void {
  const refuse = (reason: string, line?: number): never => {
    throw new PeerError('SCENARIO_NETWORK', { file, line, network, reason })
  }
  if (saysStart && start.kind !== 'current') {
    refuse('It has a `start`, and a network is as it is: it starts at `current`, or says nothing of it.')
  }
  if (Object.keys(identities).length > 0) {
    refuse('It has `identities` of its own, which only the CAs of that network could issue.')
  }
  const together = steps.find(({ kind }) => kind === 'together')
  if (together !== undefined) refuse('Nobody here can say what a network puts into one block.', together.line)
  const caller = calls.find(({ as }) => as !== undefined)
  if (caller !== undefined) {
    refuse('Who calls on a network is in slipway.yaml, so a call has no `as` there.', caller.line)
  }
}
