// @module-tag slow
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commitBlock } from './model-commit.ts'
import { plainSet, simulate, type ModelTransaction } from './model-simulator.ts'
import { collectionNames, emptyState, hashOf, holds, inOrder, type ModelState, type ModelValue } from './model-state.ts'
import { plan, type Plan, type Program } from './program.ts'
import { NS, realChannels, type RealChannel, type RealTransaction } from './real-channels.ts'

/**
 * The same programs each time, so that a change is judged by what it changed.
 * `SLIPWAY_RUNS=5000 SLIPWAY_SEED=7 npm test -- test/conformance/random` looks for new differences.
 */
const numRuns = Number(process.env['SLIPWAY_RUNS'] ?? 80)
const seed = Number(process.env['SLIPWAY_SEED'] ?? 1)

interface Simulated {
  real: RealTransaction
  model: ModelTransaction
}

/** Simulated on both, with the same answers, read and write sets and events. */
async function runOnBoth(channel: RealChannel, state: ModelState, { operations }: Program): Promise<Simulated> {
  const real = await channel.run(operations)
  const model = simulate(state, real.txId, operations)
  expect(real.answers).toEqual(model.answers)
  expect(real.set).toEqual(plainSet(model.sets))
  expect(real.event).toEqual(model.event)
  return { real, model }
}

/** Every program is simulated `age` blocks before the one it goes into. Returns the model's state at the end. */
async function play(channel: RealChannel, blocks: Plan): Promise<ModelState> {
  let state = emptyState(channel.ledger.height())
  const turns = blocks.map((programs, turn) =>
    programs.map((program) => ({ program, on: Math.max(0, turn - program.age) })),
  )
  const simulated = new Map<Program, Simulated>()
  for (const [turn, programs] of turns.entries()) {
    for (const { program, on } of turns.flat()) {
      if (on === turn) simulated.set(program, await runOnBoth(channel, state, program))
    }
    const block = programs.flatMap(({ program }) => simulated.get(program) ?? [])
    const codes = await channel.commit(block.map(({ real }) => real.envelope))
    const model = commitBlock(
      state,
      block.map((each) => each.model),
    )
    expect(codes).toEqual(model.codes)
    state = model.state
  }
  return state
}

type Listed = (readonly [key: string, value: string, version: string])[]

function listed(keys: ReadonlyMap<string, ModelValue> | undefined, nameOf = (key: string) => key): Listed {
  const entries = inOrder(keys?.keys() ?? []).map((key) => {
    const { value = '', version = '' } = keys?.get(key) ?? {}
    return [nameOf(key), value, version] as const
  })
  return entries.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

/** What a peer of that organisation holds of a collection, or of the public state. */
async function stateOf({ ledger }: RealChannel, collection?: string): Promise<Listed> {
  const { entries } = await ledger.readState({
    namespace: NS,
    limit: 1000,
    ...(collection === undefined ? {} : { collection, mspId: 'Org1MSP' }),
  })
  return entries.map(({ key, text, version }) => [key, text, `${version.block}:${version.tx}`])
}

test(`random programs are answered, recorded, validated and stored as the model says, seed ${seed}`, async () => {
  const newChannel = await realChannels()
  await fc.assert(
    fc.asyncProperty(plan, async (blocks) => {
      const channel = await newChannel()
      const state = await play(channel, blocks)
      expect(channel.ledger.height()).toBe(state.height)
      expect(await stateOf(channel)).toEqual(listed(state.public))
      for (const name of collectionNames) {
        const hashedKey = (key: string) => Buffer.from(hashOf(key), 'hex').toString('base64')
        const held = holds(name) ? listed(state.private[name]) : listed(state.hashes[name], hashedKey)
        expect([name, await stateOf(channel, name)]).toEqual([name, held])
      }
    }),
    {
      numRuns,
      seed,
      interruptAfterTimeLimit: 240_000,
      markInterruptAsFailure: process.env['SLIPWAY_RUNS'] !== undefined,
    },
  )
}, 300_000)
