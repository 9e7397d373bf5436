// @module-tag slow
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHANNEL, put } from './envelopes.ts'
import { allEntries } from './whole-store.ts'

const SCRIPT = fileURLToPath(new URL('./rewinding-process.ts', import.meta.url))
const IMPORTING = fileURLToPath(new URL('./importing-process.ts', import.meta.url))
const BLOCKS = 60
const LOW = 5

test('kill -9 in the middle of a rewind or a restore: it happened or it did not', async () => {
  const dataDir = await tempFolder('undo-killed')
  const states = await prepare(dataDir)
  for (const [moves, delayMs] of [
    [1, 0],
    [2, 1],
    [4, 3],
    [5, 7],
    [8, 12],
  ] as const) {
    await killAfter(dataDir, moves, delayMs)
    await using ledgers = await openLedgers(dataDir)
    const ledger = ledgers.ledger(CHANNEL)
    const expected = states.get(ledger.height())
    expect([...states.keys()]).toContain(ledger.height())
    expect(await allEntries(ledgers.store)).toEqual(expected)
    // The other one is as it was, too.
    const [branch] = await ledger.undo.branches()
    if (ledger.height() === LOW) await ledger.undo.restore(branch?.id ?? '')
    else await ledger.undo.rewind(LOW)
    expect(await allEntries(ledgers.store)).toEqual(states.get(ledger.height()))
    // Each round begins with all blocks.
    const [newest] = await ledger.undo.branches()
    if (ledger.height() === LOW) await ledger.undo.restore(newest?.id ?? '')
  }
})

test('kill -9 in the middle of what is to happen as a whole: nothing of it is there', async () => {
  const dataDir = await tempFolder('undo-killed')
  const before = (await prepare(dataDir)).get(BLOCKS)
  for (const [blocks, delayMs] of [
    [1, 0],
    [3, 1],
    [7, 2],
  ] as const) {
    await killOnce(IMPORTING, [dataDir], { lines: blocks, delayMs })
    await using ledgers = await openLedgers(dataDir)
    const { undo } = ledgers.ledger(CHANNEL)
    expect(ledgers.ledger(CHANNEL).height()).toBe(BLOCKS)
    expect(await undo.branches()).toEqual([])
    expect(await allEntries(ledgers.store)).toEqual(before)
  }
})

test('what throws in the middle leaves nothing either, and what comes after it stays', async () => {
  const dataDir = await tempFolder('undo-killed')
  const before = (await prepare(dataDir)).get(BLOCKS)
  const failure = new Error('no')
  {
    await using ledgers = await openLedgers(dataDir)
    const ledger = ledgers.ledger(CHANNEL)
    const failing = ledger.undo.allOrNothing(async () => {
      await put(ledger, { k1: 'import' })
      throw failure
    })
    await expect(failing).rejects.toBe(failure)
    expect(await allEntries(ledgers.store)).toEqual(before)
    await ledger.undo.allOrNothing(() => put(ledger, { k1: 'kept' }))
    await expect(ledger.undo.allOrNothing(() => Promise.reject(failure))).rejects.toBe(failure)
    await put(ledger, { k2: 'kept' })
  }
  await using ledgers = await openLedgers(dataDir)
  expect(ledgers.ledger(CHANNEL).height()).toBe(BLOCKS + 2)
})

/** The store's entries at each of the two heights. */
async function prepare(dataDir: string): Promise<Map<number, [string, string][]>> {
  await using ledgers = await openLedgers(dataDir)
  const ledger = ledgers.ledger(CHANNEL)
  for (let i = 0; i < BLOCKS; i++) await put(ledger, { [`k${i % 9}`]: `${i} ${'x'.repeat(200)}`, [`new${i}`]: 'y' })
  const states = new Map([[BLOCKS, await allEntries(ledgers.store)]])
  const { branch = '' } = await ledger.undo.rewind(LOW)
  states.set(LOW, await allEntries(ledgers.store))
  await ledger.undo.restore(branch)
  return states
}

/** Let a process begin so many moves, and kill it a moment later. */
function killAfter(dataDir: string, moves: number, delayMs: number): Promise<void> {
  return killOnce(SCRIPT, [dataDir, String(LOW)], { lines: moves, delayMs })
}

/** Let a process print so many lines, and kill it a moment later. */
async function killOnce(
  script: string,
  args: string[],
  { lines, delayMs }: { lines: number; delayMs: number },
): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let begun = 0
  for await (const _line of createInterface({ input: child.stdout })) {
    if (++begun !== lines) continue
    await sleep(delayMs)
    child.kill('SIGKILL')
  }
  expect(begun).toBeGreaterThanOrEqual(lines)
}
