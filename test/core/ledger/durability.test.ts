// @module-tag slow
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ledgerKeys } from '../../../core/ledger/ledger-keys.ts'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import { parseEnvelope } from '../../../core/committer/ordered-transaction.ts'
import { Block } from '../../../core/protos/index.ts'
import { tempFolder } from '../../support/temp.ts'
import { CHAINCODE, CHANNEL } from '../gateway/peer-parts.ts'

const SCRIPT = fileURLToPath(new URL('./committing-process.ts', import.meta.url))

test('kill -9 in the middle of commits: every acknowledged one is there, none half', async () => {
  const dataDir = await tempFolder('killed')
  const acknowledged = new Map<string, string>()
  for (const round of ['first', 'second', 'third']) {
    await commitUntil(dataDir, round, 300, acknowledged)
    await verify(dataDir, acknowledged)
  }
})

/** Let a process commit until so many are acknowledged, then kill it and take what else it still said. */
async function commitUntil(dataDir: string, round: string, count: number, acknowledged: Map<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, dataDir, round], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let seen = 0
  for await (const line of createInterface({ input: child.stdout })) {
    const [key = '', txId = ''] = line.split(' ')
    // The kill may cut the last line.
    if (txId.length === 64) acknowledged.set(key, txId)
    if (++seen === count) child.kill('SIGKILL')
  }
  expect(seen).toBeGreaterThanOrEqual(count)
}

async function verify(dataDir: string, acknowledged: ReadonlyMap<string, string>) {
  const ledgers = await openLedgers(dataDir)
  try {
    const ledger = ledgers.ledger(CHANNEL)
    const keys = ledgerKeys(CHANNEL)
    const committed = new Map<string, string>()
    for (let number = 0; number < ledger.height(); number++) {
      const block = Block.deserializeBinary(ledgers.store.get(keys.block(number)) ?? new Uint8Array())
      for (const envelope of block.getData()?.getDataList_asU8() ?? []) {
        const tx = parseEnvelope(envelope)
        if ('code' in tx || tx.type === 'config')
          throw new Error(`block ${number} holds an envelope that cannot be read`)
        const own = tx.readWriteSet.find(({ writes }) => writes.length > 0)
        const key = own?.writes[0]?.key.replace(/-a$/, '') ?? ''
        committed.set(key, tx.txId)
        expect(ledgers.store.get(keys.transaction(tx.txId))).toBeDefined()
      }
    }
    expect(ledgers.store.get(keys.block(ledger.height()))).toBeUndefined()
    for (const [key, txId] of acknowledged) expect(committed.get(key)).toBe(txId)

    const state = await allKeys(ledger)
    expect(state).toEqual([...committed.keys()].flatMap((key) => [`${key}-a`, `${key}-b`]).sort())
    for (const [key, txId] of committed) {
      expect(
        (await ledger.readHistory({ namespace: CHAINCODE, key: `${key}-b` })).map((version) => version.txId),
      ).toEqual([txId])
    }
  } finally {
    await ledgers.close()
  }
}

async function allKeys(ledger: ReturnType<Awaited<ReturnType<typeof openLedgers>>['ledger']>): Promise<string[]> {
  const keys: string[] = []
  for (let from: string | undefined = ''; from !== undefined;) {
    const page = await ledger.readState({ namespace: CHAINCODE, from, limit: 1000 })
    keys.push(...page.entries.map((entry) => entry.key))
    from = page.next
  }
  return keys.sort()
}
