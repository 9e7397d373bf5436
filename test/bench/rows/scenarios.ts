import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openIdentities } from '../../../core/msp/dev-ca.ts'
import { inFlight, takeTurns, timed } from '../measure.ts'
import type { NamedCall } from '../other-build.ts'
import { runToEnd } from '../processes.ts'
import { atMost, ms, notMeasured, type Row } from '../row.ts'
import { own } from '../running.ts'
import { startOurs } from '../sides.ts'
import { go, javascript, type Subject } from '../subjects.ts'

const CALLS = 20
const floorProgram = fileURLToPath(new URL('submit-process.js', import.meta.url))

/** A scenario's calls: each asset is written, and then read. */
function callsOf({ put, get: [read] }: Subject): { kind: 'submit' | 'evaluate'; call: NamedCall }[] {
  return Array.from({ length: CALLS / 2 }, (_, i) => `asset${i}`).flatMap((name) => [
    { kind: 'submit' as const, call: put(name) },
    { kind: 'evaluate' as const, call: [read, [name]] },
  ])
}

/** JSON is YAML too. */
async function writeScenarios(folder: string, subject: Subject, count: number): Promise<void> {
  const steps = callsOf(subject).map(({ kind, call: [fn, args] }) => ({
    [kind]: fn,
    args,
    expect: { status: 200 },
  }))
  await mkdir(join(folder, 'scenarios'), { recursive: true })
  for (let n = 0; n < count; n++) {
    const scenario = { scenario: `Number ${n}`, start: 'empty', steps }
    await writeFile(join(folder, 'scenarios', `number-${n}.yaml`), JSON.stringify(scenario, null, 2))
  }
}

const MOST_OF_START = 1.4

const fromNothing: Row = {
  name: 'test-cold',
  what: `slipway test with ${CALLS} calls, from nothing (JavaScript)`,
  why: 'Beside the chaincode’s start there are Node and its modules, a ledger, _lifecycle, and ten commits that are synced.',
  async run(scope, { rounds = 7 }) {
    const goal = `at most ${MOST_OF_START} × (the chaincode's cold start + the bare server)`
    const { folder, start } = await javascript.prepare(scope)
    await writeScenarios(folder, javascript, 1)
    const identities = await scope.folder('identity')
    await openIdentities(identities, 'Org1MSP')
    const call = JSON.stringify([javascript.put('asset')[0], ...javascript.put('asset')[1]])
    const pair = await takeTurns(
      rounds,
      () => timed(() => runToEnd('node', [floorProgram, identities, start.language, call, ...start.argv], folder)),
      () => timed(() => runToEnd('node', [own.slipway, 'test', folder], folder)),
    )
    const figures = { floor: ms(pair.floor), ours: ms(pair.ours) }
    return [{ what: this.what, goal, ...atMost(MOST_OF_START, pair.ratio), ...figures }]
  },
}

const SCENARIOS = 100
const MOST_OF_CALLS = 1.3

const many: Row = {
  name: 'test-100-go',
  what: `slipway test with ${SCENARIOS} scenarios of ${CALLS} calls (Go)`,
  why: 'Each scenario has a ledger of its own, where its chaincode is defined first.',
  async run(scope, { rounds = 3 }) {
    const width = cpus().length
    const goal = `at most ${MOST_OF_CALLS} × the same ${SCENARIOS * CALLS} calls made directly, ${width} in flight`
    const missing = go.missing()
    if (missing !== undefined) return [notMeasured(this.what, goal, missing)]
    const { folder } = await go.prepare(scope)
    await writeScenarios(folder, go, SCENARIOS)
    const ours = await startOurs(scope, (await go.prepare(scope)).folder, { watch: false })
    /** One after another, as in a scenario; each round and scenario with assets of its own. */
    const directly = async (prefix: string) => {
      for (const { kind, call } of callsOf(go)) {
        const [fn, [name = '', ...args]] = call
        if (kind === 'submit') await ours.submit(fn, [`${prefix}-${name}`, ...args])
        else await ours.evaluate(fn, [`${prefix}-${name}`, ...args])
      }
    }
    const pair = await takeTurns(
      rounds,
      (round) => timed(() => inFlight(width, SCENARIOS, (n) => directly(`${round}-${n}`))),
      () => timed(() => runToEnd('node', [own.slipway, 'test', folder], folder)),
    )
    const figures = { floor: ms(pair.floor), ours: ms(pair.ours) }
    return [{ what: this.what, goal, ...atMost(MOST_OF_CALLS, pair.ratio), ...figures }]
  },
}

export const scenarioRows: Row[] = [fromNothing, many]
