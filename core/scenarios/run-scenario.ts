import { setTimeout as sleep } from 'node:timers/promises'
import type { PeerApi } from '../contract/api.ts'
import type { CallRequest } from '../contract/call.ts'
import { PeerError } from '../contract/error.ts'
import type { CallOutcome, ScenarioDifference, ScenarioOutcome } from '../contract/scenario-outcome.ts'
import { withoutUndefined } from '../contract/without-undefined.ts'
import { partsOf, type Answer, type AnsweredResult } from './answer.ts'
import { exactToText, type Exact } from './exact.ts'
import { judge, unprinted } from './judge.ts'
import { callsOf, type CallStep, type Scenario, type ScenarioStep } from './scenario.ts'
import { comparable } from './untold.ts'
import type { AnsweredCall } from './write-scenario.ts'
import { partAt, substituted, textWith, withVariables } from './variables.ts'

/** A peer whose ledger is where the scenario starts. */
export interface ScenarioPeer {
  api: Pick<PeerApi, 'readCallLogs' | 'removeIdentity'> & {
    submit(request: CallRequest, signal: AbortSignal): Promise<AnsweredResult>
    evaluate(request: CallRequest, signal: AbortSignal): Promise<AnsweredResult>
    submitTogether(request: { calls: CallRequest[] }, signal: AbortSignal): Promise<AnsweredResult[]>
    issueIdentity(request: Parameters<PeerApi['issueIdentity']>[0]): Promise<{ id: string }>
  }
  /** Its name. */
  chaincode: string
}

export interface Playing {
  signal: AbortSignal
  /** Told of every answer. */
  answered?: ((answered: AnsweredCall) => void) | undefined
  /** Told of the calls of each step, skipped ones too. */
  played?: ((calls: CallOutcome[]) => void) | undefined
  /** Whether it goes on after a call that isn't answered as expected. */
  goesOn?: boolean | undefined
}

/** What is printed may come after the answer. */
const PRINTED_MS = 2_000
const PRINTED_PAUSE_MS = 20

/**
 * Play a scenario. The first call that isn't answered as expected ends it; the calls after it are skipped.
 * Throws what issuing its identities throws, and the signal's reason.
 */
export async function runScenario(scenario: Scenario, peer: ScenarioPeer, playing: Playing): Promise<ScenarioOutcome> {
  const { file, name, title } = scenario
  const startedAt = performance.now()
  const issued = new Map<string, string>()
  try {
    await issueIdentities(scenario, peer, issued)
    const calls = await playSteps(scenario, new Player(peer, issued, playing), playing)
    const passed = calls.every(({ state }) => state === 'passed')
    return { file, name, title, passed, calls, durationMs: performance.now() - startedAt }
  } finally {
    for (const identity of issued.values()) await peer.api.removeIdentity({ identity })
  }
}

/** Those that were issued before one that can't be are in the map too, for whoever removes them. */
async function issueIdentities(
  { identities }: Scenario,
  { api }: ScenarioPeer,
  issued: Map<string, string>,
): Promise<void> {
  for (const [name, { org, role, attrs }] of Object.entries(identities)) {
    const { id } = await api.issueIdentity(withoutUndefined({ name, mspId: org, role, attributes: attrs }))
    issued.set(name, id)
  }
}

async function playSteps(
  { steps }: Scenario,
  player: Player,
  { goesOn, played: tell }: Playing,
): Promise<CallOutcome[]> {
  const outcomes: CallOutcome[] = []
  let failed = false
  for (const step of steps) {
    const played: CallOutcome[] = failed && goesOn !== true ? skipped(step) : await player.play(step)
    failed ||= played.some(({ state }) => state === 'failed')
    outcomes.push(...played)
    tell?.(played)
  }
  return outcomes
}

function skipped(step: ScenarioStep): CallOutcome[] {
  return callsOf(step).map((call) => ({ ...described(call, step), state: 'skipped', differences: [], durationMs: 0 }))
}

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
  readonly #playing: Playing
  readonly #saved = new Map<string, Exact>()

  constructor(peer: ScenarioPeer, identities: ReadonlyMap<string, string>, playing: Playing) {
    this.#peer = peer
    this.#identities = identities
    this.#signal = playing.signal
    this.#playing = playing
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
  ): Promise<Pick<CallOutcome, 'state' | 'differences' | 'durationMs' | 'error' | 'printed' | 'notCompared'>> {
    const { expect, notCompared: untold } = comparable(withVariables(call.expect, this.#saved), answer)
    const notCompared = untold.length === 0 ? undefined : untold
    const chaincode = call.chaincode ?? this.#peer.chaincode
    const found = judge(expect, answer, chaincode)
    // Lines come through a pipe, and waiting for those that nobody asks for would take longer than the call.
    const isAsked = expect.printed !== undefined || found.length > 0 || this.#playing.goesOn === true
    const { lines, missing } = isAsked ? await this.#printed(expect.printed ?? [], answer) : { lines: [], missing: [] }
    this.#playing.answered?.({ call, variables: new Map(this.#saved), answer, printed: lines, chaincode })
    found.push(...missing)
    if ('result' in answer && (found.length === 0 || this.#playing.goesOn === true))
      found.push(...this.#save(call, answer))
    const durationMs = performance.now() - startedAt
    if (found.length === 0)
      return withoutUndefined({ state: 'passed' as const, differences: [], durationMs, notCompared })
    const error = 'error' in answer ? answer.error : undefined
    const printed = lines.length === 0 ? undefined : lines
    return withoutUndefined({ state: 'failed' as const, differences: found, durationMs, error, printed, notCompared })
  }

  /** Its lines, once those that are expected have come. */
  async #printed(
    expected: readonly Exact[],
    answer: Answer,
  ): Promise<{ lines: string[]; missing: ScenarioDifference[] }> {
    const callId = 'error' in answer ? undefined : answer.result.callId
    if (callId === undefined) return { lines: [], missing: [] }
    const until = performance.now() + PRINTED_MS
    for (;;) {
      const read = await this.#peer.api.readCallLogs({ id: callId }, this.#signal)
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
