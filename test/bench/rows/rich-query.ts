import { openLedgers } from '../../../core/ledger/ledgers.ts'
import type { Ledger, TxSimulator } from '../../../core/ledger/ledger.ts'
import type { ResultsIterator } from '../../../core/ledger/results.ts'
import { parseIndex } from '../../../core/mango/index-definition.ts'
import { oneAtATime, takeTurns, timed } from '../measure.ts'
import { atLeast, atMost, ms, perSecond, type Row } from '../row.ts'
import type { Scope } from '../scope.ts'
import { CHANNEL, fillState } from '../world-states.ts'

const DOCUMENTS = 100_000
const RESULTS = 100
const NAMESPACE = 'assets'

/** What a query costs the ledger, without the chaincode's way to it, which is the same for a range. */
const indexed: Row = {
  name: 'rich-query',
  what: `rich query, indexed, ${RESULTS} of ${DOCUMENTS} documents`,
  async run(scope, { rounds = 15 }) {
    const ledger = await documents(scope)
    const goal = `at most 3 × a range scan of the same ${RESULTS}`
    const figures = []
    const cases: [which: string, step: number][] = [
      ['found before', 0],
      // In turn all there are, which is more than are kept.
      ['others each time', RESULTS],
    ]
    for (const [which, step] of cases) {
      const query = (at: number) => ({ selector: { docType: 'asset', n: { $gte: at, $lt: at + RESULTS } } })
      const range = (at: number) => (simulator: TxSimulator) =>
        simulator.getStateRange(NAMESPACE, keyOf(at), keyOf(at + RESULTS))
      let [ranged, queried] = [0, 0]
      const next = (at: number) => (at + step) % DOCUMENTS
      const pair = await takeTurns(
        rounds,
        () => oneAtATime(50, () => reading(ledger, RESULTS, range((ranged = next(ranged))))),
        () =>
          oneAtATime(50, () => {
            const body = JSON.stringify(query((queried = next(queried))))
            return reading(ledger, RESULTS, (simulator) => simulator.executeQuery(NAMESPACE, body))
          }),
      )
      const what = `${this.what}, ${which}`
      figures.push({ what, goal, ...atMost(3, pair.ratio), floor: ms(pair.floor), ours: ms(pair.ours) })
    }
    return figures
  },
}

/** A selector that no index serves and that only one document matches. */
const fullScan: Row = {
  name: 'rich-query-scan',
  what: `rich query, full scan of ${DOCUMENTS} documents`,
  async run(scope, { rounds = 7 }) {
    const ledger = await documents(scope)
    const query = JSON.stringify({ selector: { colour: `colour ${DOCUMENTS - 1}` } })
    const perSecondOf = async (work: () => Promise<unknown>) => (DOCUMENTS / (await timed(work))) * 1000
    const pair = await takeTurns(
      rounds,
      () => perSecondOf(() => reading(ledger, DOCUMENTS, (s) => s.getStateRange(NAMESPACE, '', ''), parsed)),
      () => perSecondOf(() => reading(ledger, 1, (s) => s.executeQuery(NAMESPACE, query))),
    )
    const goal = 'at least 0.5 × reading and JSON-parsing them'
    return [
      { what: this.what, goal, ...atLeast(0.5, pair.ratio), floor: perSecond(pair.floor), ours: perSecond(pair.ours) },
    ]
  },
}

export const richQueryRows: Row[] = [indexed, fullScan]

interface Result {
  value: Uint8Array
}

async function reading(
  ledger: Ledger,
  expected: number,
  start: (simulator: TxSimulator) => ResultsIterator<Result> | Promise<ResultsIterator<Result>>,
  use: (result: Result) => void = () => undefined,
): Promise<void> {
  const simulator = ledger.newTxSimulator('tx')
  const results = await start(simulator)
  let count = 0
  for (;;) {
    const next = results.next()
    const result = next instanceof Promise ? await next : next
    if (result === undefined) break
    use(result)
    count++
  }
  await results.close()
  simulator.done()
  if (count !== expected) throw new Error(`${count} results, not ${expected}`)
}

function parsed({ value }: Result): void {
  JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString())
}

async function documents(scope: Scope): Promise<Ledger> {
  const dataDir = await scope.folder('documents')
  const entries = Array.from({ length: DOCUMENTS }, (_, n): [string, Uint8Array] => {
    const document = { docType: 'asset', n, colour: `colour ${n}`, owner: { name: `owner ${n % 1000}`, since: 2000 } }
    return [keyOf(n), Buffer.from(JSON.stringify(document))]
  })
  await fillState(dataDir, NAMESPACE, entries)
  const ledgers = await openLedgers(dataDir)
  scope.defer(() => ledgers.close())
  const ledger = ledgers.ledger(CHANNEL)
  const definition = { index: { fields: ['docType', 'n'] }, ddoc: 'by-number', name: 'by-number', type: 'json' }
  ledger.setIndexes(NAMESPACE, [parseIndex(definition, (text) => text)])
  return ledger
}

function keyOf(n: number): string {
  return `asset-${String(n).padStart(6, '0')}`
}
