import { parseArgs } from 'node:util'
import { cpus } from 'node:os'
import { otherBuild } from './other-build.ts'
import type { Figure, Row } from './row.ts'
import { blocksScreen } from './rows/blocks-screen.ts'
import { coldSubmitRows } from './rows/cold-submit.ts'
import { commit } from './rows/commit.ts'
import { evaluateRows } from './rows/evaluate.ts'
import { formEvaluate } from './rows/form-evaluate.ts'
import { gatewayRows } from './rows/gateway.ts'
import { idle } from './rows/idle.ts'
import { listenerRows } from './rows/listeners.ts'
import { memory, memorySoak } from './rows/memory.ts'
import { netEvaluateRows } from './rows/net-evaluate.ts'
import { netLaunchRows } from './rows/net-launch.ts'
import { netLogs } from './rows/net-logs.ts'
import { netSaveRows } from './rows/net-save.ts'
import { rangeScanRows } from './rows/range-scan.ts'
import { replaySave } from './rows/replay-save.ts'
import { rewind } from './rows/rewind.ts'
import { richQueryRows } from './rows/rich-query.ts'
import { saveRows } from './rows/save.ts'
import { scenarioRows } from './rows/scenarios.ts'
import { soak } from './rows/soak.ts'
import { submitRows } from './rows/submit.ts'
import { undoDisk } from './rows/undo-disk.ts'
import { worldStateRows } from './rows/world-state.ts'
import { Scope } from './scope.ts'
import { table } from './table.ts'

const rows: Row[] = [
  ...saveRows,
  ...evaluateRows,
  ...submitRows,
  ...coldSubmitRows,
  ...gatewayRows,
  ...listenerRows,
  ...rangeScanRows,
  ...richQueryRows,
  ...worldStateRows,
  commit,
  rewind,
  undoDisk,
  replaySave,
  ...scenarioRows,
  blocksScreen,
  formEvaluate,
  idle,
  memory,
  ...netLaunchRows,
  ...netSaveRows,
  ...netEvaluateRows,
  netLogs,
]

/** Only when they are named: they take minutes. */
const long: Row[] = [soak, memorySoak]
const known = [...rows, ...long]

const HELP = `npm run bench [-- [--rounds N] [--against DIR] [ROW…]]

Measures what Slipway adds to a chaincode, as ratios against a bare gRPC server in the same run.
All rows where none is named:
${list(rows)}

Only where named:
${list(long)}

  --rounds N             how often the two sides take turns
  --against DIR          a clone of another commit, whose build takes turns with them where a row can
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h' }, rounds: { type: 'string' }, against: { type: 'string' } },
})
const unknown = positionals.filter((name) => !known.some((row) => row.name === name))
const rounds = values.rounds === undefined ? undefined : Number(values.rounds)

if (values.help === true) process.stdout.write(HELP)
else if (unknown.length > 0 || (rounds !== undefined && !(rounds >= 1))) {
  process.stderr.write(
    `${unknown.length > 0 ? `Unknown row: ${unknown.join(', ')}.` : '--rounds takes a number.'}\n\n${HELP}`,
  )
  process.exitCode = 2
} else await bench(positionals.length === 0 ? rows : known.filter(({ name }) => positionals.includes(name)))

function list(some: Row[]): string {
  return some.map(({ name, what }) => `  ${name.padEnd(23)} ${what}`).join('\n')
}

/** One row after another, each in a scope of its own, also where one before it failed. */
async function bench(wanted: Row[]): Promise<void> {
  const figures: Figure[] = []
  const reasons: string[] = []
  const against = values.against === undefined ? undefined : await otherBuild(values.against)
  let scope = new Scope()
  let signalled = false
  const interrupted = () => signalled
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      signalled = true
      void scope.close().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143))
    })
  }
  for (const row of wanted) {
    if (interrupted()) return
    scope = new Scope()
    process.stderr.write(`${row.name}…\n`)
    try {
      const found = await row.run(scope, { rounds, against, say: (words) => process.stderr.write(`  ${words}\n`) })
      figures.push(...found)
      const missed = found.some(({ verdict }) => verdict.startsWith('missed'))
      if (missed && row.why !== undefined) reasons.push(`- ${row.what}: ${row.why}`)
    } catch (error) {
      if (interrupted()) return
      const why = error instanceof Error ? error.message : String(error)
      figures.push({ what: row.what, goal: '', figure: '', floor: '', ours: '', verdict: `failed: ${why}` })
      process.exitCode = 1
    } finally {
      await scope.close()
    }
  }
  const [processor] = cpus()
  process.stdout.write(`\n${table(figures)}\n\n`)
  if (reasons.length > 0) process.stdout.write(`Why it is missed:\n${reasons.join('\n')}\n\n`)
  process.stdout.write(
    `Ratios are medians of rounds in which the two sides took turns. The absolute figures are of this machine now: ` +
      `Node ${process.versions.node}, ${cpus().length} × ${processor?.model ?? process.arch}.\n`,
  )
}
