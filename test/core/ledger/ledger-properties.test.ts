// @module-tag slow
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import type { Ledger, TxSimulator } from '../../../core/ledger/ledger.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHANNEL, commitBlock, NS, prepare, type Prepared } from './envelopes.ts'
import {
  commitOnModel,
  inOrder,
  simulateOnModel,
  type ModelChange,
  type ModelState,
  type ModelTransaction,
  type Operation,
} from './ledger-model.ts'

/** Few, so that transactions meet; U+FFFF and above are where UTF-16 and UTF-8 order differ. */
const KEYS = [
  'a',
  'a\u0000',
  'b',
  '\uFFFF',
  '\u{1F600}',
  '\u0000owner\u0000ann\u0000',
  '\u0000owner\u0000ann\u0000car\u0000',
]
const key = fc.constantFrom(...KEYS)
/** '' is the beginning or the end of the namespace. */
const bound = fc.constantFrom(
  '',
  '\u0000',
  '\u0000owner\u0000ann\u0000',
  '\u0000owner\u0000ann\u0000\u{10FFFF}',
  ...KEYS,
)
const value = fc.constantFrom('', '1', '2', '\u{1F600}')
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('get' as const), key }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), key, value }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('mark' as const), key, value: fc.constantFrom('x', 'y') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('metadata' as const), key }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('range' as const),
      start: bound,
      end: bound,
      take: fc.constantFrom(0, 1, 2, 3, 20),
    }),
  },
)
/** `age`: how many blocks it waited between its simulation and its turn. */
const transaction = fc.record({ age: fc.nat({ max: 2 }), operations: fc.array(operation, { maxLength: 4 }) })
const blocks = fc.array(fc.array(transaction, { minLength: 2, maxLength: 5 }), { minLength: 2, maxLength: 5 })

async function perform(simulator: TxSimulator, operation: Operation): Promise<string | undefined> {
  const text = (bytes: Uint8Array | undefined) => (bytes === undefined ? 'none' : Buffer.from(bytes).toString())
  switch (operation.do) {
    case 'get':
      return text(simulator.getState(NS, operation.key))
    case 'metadata':
      return text(simulator.getStateMetadata(NS, operation.key).get('mark'))
    case 'put':
      return void simulator.setState(NS, operation.key, Buffer.from(operation.value))
    case 'delete':
      return void simulator.deleteState(NS, operation.key)
    case 'mark':
      return void simulator.setStateMetadata(NS, operation.key, new Map([['mark', Buffer.from(operation.value)]]))
    case 'range': {
      const results = simulator.getStateRange(NS, operation.start, operation.end)
      const seen: string[] = []
      for (let asked = 0; asked < operation.take; asked++) {
        const result = await results.next()
        if (result === undefined) break
        seen.push(`${result.key}=${text(result.value)}`)
      }
      await results.close()
      return seen.join()
    }
  }
}

/** Simulated on both, with the same answers. */
async function simulateOnBoth(
  ledger: Ledger,
  state: ModelState,
  operations: Operation[],
): Promise<{ prepared: Prepared; model: ModelTransaction }> {
  const answers: string[] = []
  const prepared = await prepare(ledger, async (simulator) => {
    for (const each of operations) {
      const answer = await perform(simulator, each)
      if (answer !== undefined) answers.push(answer)
    }
  })
  const model = simulateOnModel(state, operations)
  expect(answers).toEqual(model.answers)
  return { prepared, model }
}

async function stateOf(ledger: Ledger): Promise<unknown> {
  const { entries } = await ledger.readState({ namespace: NS, limit: 1000 })
  return entries.map(({ key, text, version }) => [key, text, `${version.block}:${version.tx}`])
}

async function historyOf(ledger: Ledger, key: string): Promise<ModelChange[]> {
  const versions = await ledger.readHistory({ namespace: NS, key })
  return versions.map(({ text, isDelete, version }) => ({
    key,
    value: isDelete ? undefined : text,
    version: `${version.block}:${version.tx}`,
  }))
}

test('whatever is read and written, in whatever blocks, codes, state and history are the model’s', async () => {
  const folder = await tempFolder('ledger')
  let runs = 0
  await fc.assert(
    fc.asyncProperty(blocks, async (plan) => {
      const own = join(folder, String(runs++))
      await mkdir(own)
      const ledgers = await openLedgers(own)
      try {
        const ledger = ledgers.ledger(CHANNEL)
        let state: ModelState = new Map()
        const changes: ModelChange[] = []
        const turns = plan.map((block, number) =>
          block.map((each) => ({ ...each, on: Math.max(0, number - each.age) })),
        )
        const simulated = new Map<object, Awaited<ReturnType<typeof simulateOnBoth>>>()
        for (const [number, block] of turns.entries()) {
          for (const each of turns.flat().filter(({ on }) => on === number)) {
            simulated.set(each, await simulateOnBoth(ledger, state, each.operations))
          }
          const ready = block.flatMap((each) => simulated.get(each) ?? [])
          const written = new Set<string>()
          const codes = ready.map(({ model }, tx) => {
            const committed = commitOnModel(state, model, `${number}:${tx}`, written)
            state = committed.state
            for (const { key } of committed.changes) written.add(key)
            changes.push(...committed.changes)
            return committed.code
          })
          const committed = await commitBlock(
            ledger,
            ready.map(({ prepared }) => prepared.envelope),
          )
          expect(committed.transactions.map(({ validationCode }) => validationCode)).toEqual(codes)
        }
        expect(await stateOf(ledger)).toEqual(
          inOrder(state.keys()).map((each) => [each, state.get(each)?.value, state.get(each)?.version]),
        )
        for (const each of KEYS) {
          const expected = changes.filter((change) => change.key === each).reverse()
          expect(await historyOf(ledger, each)).toEqual(expected)
        }
      } finally {
        await ledgers.close()
      }
    }),
    { numRuns: 200, interruptAfterTimeLimit: 200_000, markInterruptAsFailure: true },
  )
})

test('any keys come back from any range in the order of their bytes, whole or in pages', async () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 6 })
  const folder = await tempFolder('ledger')
  const ledgers = await openLedgers(folder)
  let runs = 0
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(text, { maxLength: 30 }),
        fc.oneof(fc.constant(''), text),
        fc.oneof(fc.constant(''), text),
        fc.integer({ min: 1, max: 7 }),
        async (keys, start, end, pageSize) => {
          const namespace = `${NS}${runs++}`
          const ledger = ledgers.ledger(CHANNEL)
          const { envelope } = await prepare(ledger, (simulator) => {
            for (const each of keys) simulator.setState(namespace, each, Buffer.from(each))
          })
          await commitBlock(ledger, [envelope])
          const simulator = ledger.newTxSimulator('tx')
          try {
            const state = new Map(keys.map((each) => [each, { value: each, version: '', metadata: undefined }]))
            const [expected] = simulateOnModel(state, [{ do: 'range', start, end, take: Infinity }]).ranges
            const wanted = expected?.seen.map((each) => each.key) ?? []
            const range = simulator.getStateRange(namespace, start, end)
            const whole: string[] = []
            for (let one = await range.next(); one !== undefined; one = await range.next()) whole.push(one.key)
            expect(whole).toEqual(wanted)
            const paged: string[] = []
            for (let from = start, last = false; !last;) {
              const page = await simulator.getStateRangePage(namespace, from, end, pageSize)
              expect(page.results.length).toBeLessThanOrEqual(pageSize)
              paged.push(...page.results.map((one) => one.key))
              from = page.bookmark
              last = page.bookmark === ''
            }
            expect(paged).toEqual(wanted)
          } finally {
            simulator.done()
          }
        },
      ),
      { numRuns: 200, interruptAfterTimeLimit: 200_000, markInterruptAsFailure: true },
    )
  } finally {
    await ledgers.close()
  }
})
