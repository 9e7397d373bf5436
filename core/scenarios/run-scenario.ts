import { setTimeout as sleep } from 'node:timers/promises'
import type { PeerApi } from '../contract/api.ts'
import type { CallRequest } from '../contract/call.ts'
import { PeerError } from '../contract/error.ts'
import type { CallOutcome, ScenarioDifference, ScenarioOutcome } from '../contract/scenario-outcome.ts'
import { withoutUndefined } from '../contract/without-undefined.ts'
import { partsOf, type Answer } from './answer.ts'
import { exactToText, type Exact } from './exact.ts'
import { judge, unprinted } from './judge.ts'
import type { CallStep, Expectation, Scenario, ScenarioStep } from './scenario.ts'
import type { AnsweredCall } from './write-scenario.ts'
import { partAt, substituted, textWith, type Variables } from './variables.ts'

/** A peer whose ledger holds nothing but the definition of the chaincode. */
export interface ScenarioPeer {
  api: Pick<PeerApi, 'submit' | 'evaluate' | 'submitTogether' | 'readCallLogs' | 'issueIdentity' | 'removeIdentity'>
  /** Its name. */
  chaincode: string
}

/** Told of every answer; then the scenario goes on after a call that isn't answered as expected. */
export type Answered = (answered: AnsweredCall) => void

/** What is printed may come after the answer. */
const PRINTED_MS = 2_000
const PRINTED_PAUSE_MS = 20

/**
 * Play a scenario. The first call that isn't answered as expected ends it; the calls after it are skipped.
 * Throws what issuing its identities throws, and the signal's reason.
 */
export async function runScenario(
  scenario: Scenario,
  peer: ScenarioPeer,
  { signal, answered }: { signal: AbortSignal; answered?: Answered | undefined },
): Promise<ScenarioOutcome> {
  const { file, name, title } = scenario
  const startedAt = performance.now()
  const issued = await issueIdentities(scenario, peer)
  try {
    const calls = await playSteps(scenario, new Player(peer, issued, { signal, answered }), answered !== undefined)
    const passed = calls.every(({ state }) => state === 'passed')
    return { file, name, title, passed, calls, durationMs: performance.now() - startedAt }
  } finally {
    for (const identity of issued.values()) await peer.api.removeIdentity({ identity })
  }
}

async function issueIdentities({ identities }: Scenario, { api }: ScenarioPeer): Promise<Map<string, string>> {
  const issued = new Map<string, string>()
  for (const [name, { org, role, attrs }] of Object.entries(identities)) {
    const { id } = await api.issueIdentity(withoutUndefined({ name, mspId: org, role, attributes: attrs }))
    issued.set(name, id)
  }
  return issued
}

async function playSteps({ steps }: Scenario, player: Player, goesOn: boolean): Promise<CallOutcome[]> {
  const outcomes: CallOutcome[] = []
  let failed = false
  for (const step of steps) {
    const played: CallOutcome[] = failed && !goesOn ? skipped(step) : await player.play(step)
    failed ||= played.some(({ state }) => state === 'failed')
    outcomes.push(...played)
  }
  return outcomes
}

function skipped(step: ScenarioStep): CallOutcome[] {
  return callsOf(step).map((call) => ({ ...described(call, step), state: 'skipped', differences: [], durationMs: 0 }))
}

const callsOf = (step: ScenarioStep): CallStep[] => (step.kind === 'together' ? step.calls : [step])

function described(
  { line, kind, function: name }: CallStep,
  step: ScenarioStep,
): Pick<CallOutcome, 'line' | 'kind' | 'function' | 'together'> {
  return { line, kind, function: name, ...(step.kind === 'together' ? { together: true } : {}) }
}

/** Makes the calls, and keeps what they save. */
class Player {
  readonly #peer: ScenarioPeer
  readonly #identities: ReadonlyMap<string, string>
  readonly #signal: AbortSignal
  readonly #answered: Answered | undefined
  readonly #saved = new Map<string, Exact>()

  constructor(
    peer: ScenarioPeer,
    identities: ReadonlyMap<string, string>,
    { signal, answered }: { signal: AbortSignal; answered: Answered | undefined },
  ) {
    this.#peer = peer
    this.#identities = identities
    this.#signal = signal
    this.#answered = answered
  }

  async play(step: ScenarioStep): Promise<CallOutcome[]> {
    const startedAt = performance.now()
    const calls = callsOf(step)
    const answers = await this.#answers(step)
    const outcomes: CallOutcome[] = []
    for (const [i, answer] of answers.entries()) {
      const call = calls[i] ?? calls[0]
      if (call === undefined) continue
      outcomes.push({ ...described(call, step), ...(await this.#judged(call, answer, startedAt)) })
    }
    return outcomes
  }

  async #answers(step: ScenarioStep): Promise<Answer[]> {
    const { api } = this.#peer
    try {
      if (step.kind !== 'together') return [{ result: await api[step.kind](this.#request(step), this.#signal) }]
      const results = await api.submitTogether({ calls: step.calls.map((call) => this.#request(call)) }, this.#signal)
      return results.map((result) => ({ result }))
    } catch (thrown) {
      this.#signal.throwIfAborted()
      const error = PeerError.from(thrown).toJSON()
      return callsOf(step).map(() => ({ error }))
    }
  }

  #request({ function: name, args, chaincode, as, transient, endorsers, isInit }: CallStep): CallRequest {
    const text = (value: Exact) => exactToText(substituted(value, this.#saved))
    const caller = as === undefined ? undefined : textWith(as, this.#saved)
    return withoutUndefined({
      chaincode: chaincode ?? this.#peer.chaincode,
      function: textWith(name, this.#saved),
      args: args.map((value) => bytesOf(value) ?? text(value)),
      identity: caller === undefined ? undefined : (this.#identities.get(caller) ?? caller),
      transient: transient && Object.fromEntries([...transient].map(([key, value]) => [key, text(value)])),
      endorsers,
      isInit,
    })
  }

  async #judged(
    call: CallStep,
    answer: Answer,
    startedAt: number,
  ): Promise<Pick<CallOutcome, 'state' | 'differences' | 'durationMs' | 'error' | 'printed'>> {
    const expect = withVariables(call.expect, this.#saved)
    const chaincode = call.chaincode ?? this.#peer.chaincode
    const found = judge(expect, answer, chaincode)
    const { lines, missing } = await this.#printed(expect.printed ?? [], answer)
    this.#answered?.({ call: { ...call, expect }, answer, printed: lines, chaincode })
    found.push(...missing)
    if ('result' in answer && (found.length === 0 || this.#answered !== undefined))
      found.push(...this.#save(call, answer))
    const durationMs = performance.now() - startedAt
    if (found.length === 0) return { state: 'passed', differences: [], durationMs }
    const error = 'error' in answer ? answer.error : undefined
    const printed = lines.length === 0 ? undefined : lines
    return withoutUndefined({ state: 'failed' as const, differences: found, durationMs, error, printed })
  }

  /** Its lines, once those that are expected have come. */
  async #printed(
    expected: readonly Exact[],
    answer: Answer,
  ): Promise<{ lines: string[]; missing: ScenarioDifference[] }> {
    if ('error' in answer) return { lines: [], missing: [] }
    const until = performance.now() + PRINTED_MS
    for (;;) {
      const read = await this.#peer.api.readCallLogs({ id: answer.result.callId }, this.#signal)
      const lines = read.lines.map(({ text }) => text)
      const missing = unprinted(expected, lines)
      if (missing.length === 0 || performance.now() > until) return { lines, missing }
      await sleep(PRINTED_PAUSE_MS, undefined, { signal: this.#signal })
    }
  }

  #save({ save }: CallStep, { result }: { result: Parameters<typeof partsOf>[0] }): ScenarioDifference[] {
    const parts = partsOf(result)
    return Object.entries(save).flatMap(([name, path]) => {
      const part = partAt(parts, path)
      if (part === undefined) return [{ at: `save.${name}`, expected: path, got: 'absent' }]
      this.#saved.set(name, part)
      return []
    })
  }
}

/** `{ base64: … }` stands for bytes. */
function bytesOf(value: Exact): { base64: string } | undefined {
  const base64 = value instanceof Map && value.size === 1 ? value.get('base64') : undefined
  return typeof base64 === 'string' ? { base64 } : undefined
}

function withVariables(expect: Expectation, variables: Variables): Expectation {
  const { payload, error, event, writes, reads, printed } = expect
  const filled = (value: Exact | undefined) => (value === undefined ? undefined : substituted(value, variables))
  return withoutUndefined({
    ...expect,
    payload: filled(payload),
    error: filled(error),
    event: filled(event),
    writes: filled(writes) as Expectation['writes'],
    reads: reads?.map((key) => textWith(key, variables)),
    printed: printed?.map((text) => substituted(text, variables)),
  })
}
