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
async function killAfter(dataDir: string, moves: number, delayMs: number): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, dataDir, String(LOW)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let begun = 0
  for await (const _line of createInterface({ input: child.stdout })) {
    if (++begun !== moves) continue
    await sleep(delayMs)
    child.kill('SIGKILL')
  }
  expect(begun).toBeGreaterThanOrEqual(moves)
}
