import type { CallRecord, CallResult } from '../contract/call.ts'
import { PeerError } from '../contract/error.ts'
import type { CallLines } from '../contract/log.ts'
import type { ReplayRow } from '../contract/replay.ts'
import type { CallOutcome, ScenarioDifference } from '../contract/scenario-outcome.ts'
import { ERROR_THRESHOLD } from '../endorser/endorser.ts'
import type { Answer } from '../scenarios/answer.ts'
import { runScenario } from '../scenarios/run-scenario.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import type { AnsweredCall } from '../scenarios/write-scenario.ts'
import type { Copy } from './copy.ts'

/** A row, and what it was answered; nothing, if it was skipped. */
export interface Played {
  row: ReplayRow
  answer?: Answer | undefined
  /** The chaincode called. */
  chaincode: string
}

export interface PlayParts {
  copy: Copy
  chaincode: string
  signal: AbortSignal
  /** Whether the chaincode can still be called. */
  isReady(): boolean
  linesOf(copy: Copy, id: number): Promise<CallLines>
  /** Called with each row as it is played. */
  played(played: Played): void
}

const LONGEST_TEXT = 500
const MOST_ARGS = 20

/** Play recorded calls, oldest first. Each is played whatever the others come to, as long as the chaincode answers. */
export async function playCalls(records: readonly CallRecord[], parts: PlayParts): Promise<void> {
  const { copy, signal } = parts
  let isOver = false
  for (const { id, kind, request, outcome } of records) {
    const startedAt = performance.now()
    const about = { kind, function: request.function, args: argsOf(request), call: id }
    const { chaincode } = request
    if (isOver) {
      const row: ReplayRow = { ...about, state: 'skipped', differences: [], answer: '', durationMs: 0 }
      parts.played({ row, chaincode })
      continue
    }
    const answer = await answerOf(() => copy.gateway[kind](request, { signal }), signal)
    isOver = 'error' in answer && (answer.error.code === 'EXECUTE_TIMEOUT' || !parts.isReady())
    const differences = outcomeDifferences(outcome, answer)
    const row: ReplayRow = {
      ...about,
      state: differences.length === 0 ? 'passed' : 'failed',
      differences,
      answer: words(answer),
      durationMs: performance.now() - startedAt,
    }
    parts.played({ row, answer, chaincode })
  }
}

/** Play a scenario, as `slipway test` does. */
export async function playScenario(scenario: Scenario, parts: PlayParts): Promise<void> {
  const { copy, signal, chaincode } = parts
  const { gateway, guests } = copy
  let answers: AnsweredCall[] = []
  const api: Parameters<typeof runScenario>[1]['api'] = {
    submit: (request, until) => gateway.submit(request, { signal: until }),
    evaluate: (request, until) => gateway.evaluate(request, { signal: until }),
    submitTogether: ({ calls }, until) => gateway.submitTogether(calls, { signal: until }),
    readCallLogs: ({ id }) => parts.linesOf(copy, id),
    issueIdentity: (request) => guests.issue(request),
    // They go with the copy.
    removeIdentity: async () => undefined,
  }
  await runScenario(
    scenario,
    { api, chaincode },
    {
      signal,
      answered: (each) => answers.push(each),
      played(calls) {
        for (const [i, call] of calls.entries()) parts.played(playedCall(call, answers[i], chaincode))
        answers = []
      },
    },
  )
}

function playedCall(call: CallOutcome, answered: AnsweredCall | undefined, own: string): Played {
  const { kind, function: name, line, state, differences, durationMs } = call
  const answer = answered?.answer
  const row: ReplayRow = {
    kind,
    function: name,
    line,
    state,
    differences: differences.map(cutDifference),
    answer: answer === undefined ? '' : words(answer),
    durationMs,
  }
  return { row, answer, chaincode: answered?.chaincode ?? own }
}

async function answerOf(call: () => Promise<CallResult>, signal: AbortSignal): Promise<Answer> {
  try {
    return { result: await call() }
  } catch (error) {
    signal.throwIfAborted()
    return { error: PeerError.from(error).toJSON() }
  }
}

/** How a call ended, other than it did when it was made. */
function outcomeDifferences(outcome: CallRecord['outcome'], answer: Answer): ScenarioDifference[] {
  const [expected, got] = [endOf(outcome.state === 'done' ? outcome : undefined), endOf(answer)]
  if (outcome.state === 'running' || expected === got) return []
  if (outcome.state === 'failed' && 'error' in answer && answer.error.code === outcome.error.code) return []
  const then = outcome.state === 'failed' ? `${outcome.error.code}: ${outcome.error.what}` : words(outcome)
  return [{ at: 'outcome', expected: `${expected} ${then}`.trim(), got: `${got} ${words(answer)}`.trim() }].map(
    cutDifference,
  )
}

/** Status and validation code, as far as they say that something went wrong. */
function endOf(answer: Answer | undefined): string {
  if (answer === undefined || 'error' in answer) return 'no answer:'
  const { status, validationCode = 'VALID' } = answer.result
  return validationCode === 'VALID' ? String(status) : validationCode
}

function words(answer: Answer): string {
  if ('error' in answer) return cut(`${answer.error.code}: ${answer.error.what}`)
  const { status, message, payload } = answer.result
  return cut(status >= ERROR_THRESHOLD ? message : payload)
}

function argsOf({ args }: CallRecord['request']): string[] {
  return args.slice(0, MOST_ARGS).map((arg) => (typeof arg === 'string' ? cut(arg) : '{ base64 }'))
}

export function cutDifference({ at, expected, got }: ScenarioDifference): ScenarioDifference {
  return { at, expected: cut(expected), got: cut(got) }
}

export function cut(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`
}
