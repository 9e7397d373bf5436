import type { CallOutcome, ScenarioOutcome } from '../contract/scenario-outcome.ts'
import { judge, unprinted } from './judge.ts'
import { callsOf, type Scenario } from './scenario.ts'
import { withVariables } from './variables.ts'
import type { AnsweredCall } from './write-scenario.ts'

/**
 * What the answers of a scenario come to now that its file expects something else. `outcome` and `answers` have the calls
 * of the scenario, all of them, in its order.
 */
export function judgedAgain(
  { steps, title }: Scenario,
  outcome: ScenarioOutcome,
  answers: readonly AnsweredCall[],
): ScenarioOutcome {
  const written = steps.flatMap(callsOf)
  const calls = outcome.calls.map((call, i): CallOutcome => {
    const now = written[i]
    const answered = answers[i]
    if (now === undefined || answered === undefined) return call
    const expect = withVariables(now.expect, answered.variables)
    const differences = [
      ...judge(expect, answered.answer, answered.chaincode),
      ...unprinted(expect.printed ?? [], answered.printed),
      // What can't be saved isn't a matter of what is expected.
      ...call.differences.filter(({ at }) => at.startsWith('save.')),
    ]
    if (differences.length > 0) return { ...call, line: now.line, differences }
    const { error: _error, printed: _printed, ...passed } = call
    return { ...passed, line: now.line, state: 'passed', differences: [] }
  })
  return { ...outcome, title, calls, passed: calls.every(({ state }) => state === 'passed') }
}
