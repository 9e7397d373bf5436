import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHANNEL, commitBlock, put, read } from './envelopes.ts'

test('a second opener is told who has it, and the first goes on', async () => {
  const dataDir = await tempFolder('locked')
  const ledgers = await openLedgers(dataDir)
  await expect(openLedgers(dataDir)).rejects.toMatchObject({ code: 'LEDGER_LOCKED', details: { dataDir } })
  await writeFile(join(dataDir, 'peer.json'), JSON.stringify({ pid: 4711 }))
  await expect(openLedgers(dataDir)).rejects.toMatchObject({ code: 'LEDGER_LOCKED', details: { dataDir, pid: 4711 } })
  await put(ledgers.ledger(CHANNEL), { a: '1' })
  await ledgers.close()
  const again = await openLedgers(dataDir)
  expect(read(again.ledger(CHANNEL), 'a')).toBe('1')
  expect(await again.channels()).toEqual([CHANNEL])
  await again.close()
})

test('what cannot be opened is told by code', async () => {
  const file = join(await tempFolder('ledger'), 'file')
  await writeFile(file, '')
  await expect(openLedgers(file)).rejects.toMatchObject({ code: 'LEDGER_OPEN' })

  const dataDir = await tempFolder('ledger')
  const ledgers = await openLedgers(dataDir)
  await put(ledgers.ledger(CHANNEL), { a: '1' })
  await ledgers.close()
  const folder = join(dataDir, 'ledger')
  for (const name of await readdir(folder)) {
    if (name === 'CURRENT') await writeFile(join(folder, name), 'nonsense')
  }
  await expect(openLedgers(dataDir)).rejects.toMatchObject({ code: 'LEDGER_OPEN' })
})

test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('a folder without write access', async () => {
  const dataDir = await tempFolder('ledger')
  await mkdir(join(dataDir, 'closed'))
  await chmod(join(dataDir, 'closed'), 0o500)
  await expect(openLedgers(join(dataDir, 'closed'))).rejects.toMatchObject({ code: 'LEDGER_OPEN' })
})

test('closing is idempotent, waits for the commit under way, and ends what is asked later', async () => {
  const dataDir = await tempFolder('ledger')
  const ledgers = await openLedgers(dataDir)
  const ledger = ledgers.ledger(CHANNEL)
  const simulator = ledger.newTxSimulator('open')
  const range = simulator.getStateRange('cc', '', '')
  const write = vi.spyOn(ledgers.store, 'write')
  const committed = put(ledger, { a: '1' })
  // From here on the commit holds the closing up.
  await vi.waitFor(() => expect(write).toHaveBeenCalled(), { interval: 1, timeout: 60_000 })
  const closed = [ledgers.close(), ledgers.close()]
  expect((await committed).number).toBe(0)
  await Promise.all(closed)
  expect(() => ledger.newTxSimulator('late')).toThrow(expect.objectContaining({ code: 'LEDGER_CLOSED' }))
  await expect(commitBlock(ledger, [])).rejects.toMatchObject({ code: 'LEDGER_CLOSED' })
  await expect(range.next()).rejects.toMatchObject({ code: 'LEDGER_CLOSED' })
  simulator.done()
})
