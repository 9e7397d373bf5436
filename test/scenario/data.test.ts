// @module-tag slow
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { StateEntry } from '../../core/contract/world-state.ts'
import { PeerError } from '../../core/contract/error.ts'
import { headerHash, newBlock } from '../../core/ledger/block.ts'
import { ledgerKeys } from '../../core/ledger/ledger-keys.ts'
import { openLedgers } from '../../core/ledger/ledgers.ts'
import { parseEnvelope } from '../../core/committer/ordered-transaction.ts'
import { Block, BlockHeader } from '../../core/protos/index.ts'
import { root } from '../../main/root.ts'
import { fixture } from '../support/fixtures.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { tempFolder } from '../support/temp.ts'
import { codeOf, openFixture, openFolder } from './author.ts'

const CHANNEL = 'mychannel'
const NAMESPACE = 'misbehaving'

async function readAllState({ api }: TestPeer): Promise<StateEntry[]> {
  const entries: StateEntry[] = []
  for (let from: string | undefined = ''; from !== undefined;) {
    const page = await api.readState({ channel: CHANNEL, namespace: NAMESPACE, from, limit: 1000 })
    entries.push(...page.entries)
    from = page.next
  }
  return entries
}

/** Every key is what the newest entry of its history says, and no version is of a block that is not there. */
async function agrees(peer: TestPeer): Promise<void> {
  const height = peer.state().channels[CHANNEL]?.height ?? 0
  for (const { key, text, version } of await readAllState(peer)) {
    const [newest] = await peer.api.readHistory({ channel: CHANNEL, namespace: NAMESPACE, key, limit: 1 })
    expect(newest).toMatchObject({ text, version, isDelete: false })
    expect(version.block).toBeLessThan(height)
  }
}

/** The transaction ids of each block, oldest first; the hash of each header stands in the next one. */
async function readBlocks(dataDir: string): Promise<string[][]> {
  const ledgers = await openLedgers(dataDir)
  try {
    const height = ledgers.ledger(CHANNEL).height()
    const blocks: string[][] = []
    let previous: Uint8Array | undefined
    for (let number = 0; number < height; number++) {
      const bytes = ledgers.store.get(ledgerKeys(CHANNEL).block(number))
      if (bytes === undefined) throw new Error(`block ${number} of ${height} is not there`)
      const block = Block.deserializeBinary(bytes)
      const envelopes = block.getData()?.getDataList_asU8() ?? []
      const previousHash = block.getHeader()?.getPreviousHash_asU8() ?? new Uint8Array()
      if (previous !== undefined) expect(Buffer.from(previousHash)).toEqual(Buffer.from(previous))
      previous = headerHash(newBlock(number, previousHash, envelopes).getHeader() ?? new BlockHeader())
      blocks.push(
        envelopes.map((envelope) => {
          const transaction = parseEnvelope(envelope)
          return 'txId' in transaction ? transaction.txId : ''
        }),
      )
    }
    return blocks
  } finally {
    await ledgers.close()
  }
}

describe('the data of a folder', () => {
  test('survives a restart: state, history, height and the recorded calls', async () => {
    const first = await testPeer()
    const chaincode = await openFixture(first, 'misbehaving', { watch: false })
    await chaincode.submit('put', 'k', 'one')
    await chaincode.submit('put', 'k', 'two')
    await chaincode.submit('put', 'gone', 'x')
    await chaincode.submit('del', 'gone')
    await first.api.pinCall({ id: 1, pinned: true })
    const height = first.state().channels[CHANNEL]?.height
    const calls = await first.api.readCalls({ limit: 100 })
    await first.peer.close()
    // Nothing is left for the next one to end.
    expect(existsSync(join(first.dataDir, 'processes.json'))).toBe(false)

    const second = await testPeer({ dataDir: first.dataDir })
    expect(second.state().channels[CHANNEL]?.height).toBe(height)
    const again = await openFolder(second, { folder: chaincode.folder, watch: false })
    await again.ready()
    expect(await again.evaluate('get', 'k')).toBe('two')
    expect(await again.evaluate('get', 'gone')).toBe('')
    expect(await again.evaluate('history', 'k')).toBe('two,false|one,false')
    const before = await second.api.readCalls({ limit: 100, before: calls.length + 1 })
    expect(before).toEqual(calls)
    expect(before.at(-1)?.pinned).toBe(true)
    // The same code deployed again changes nothing.
    expect(second.state().channels[CHANNEL]?.height).toBe(height)
    await agrees(second)
  })

  test('is refused to a second Slipway, and the first one goes on', async () => {
    const first = await testPeer()
    const chaincode = await openFixture(first, 'misbehaving', { watch: false })
    await chaincode.submit('put', 'k', 'v')
    await writeFile(join(first.dataDir, 'peer.json'), JSON.stringify({ pid: process.pid }))
    const refused = await testPeer({ dataDir: first.dataDir }).catch((error: unknown) => PeerError.from(error))
    expect(refused).toMatchObject({ code: 'LEDGER_LOCKED', details: { dataDir: first.dataDir, pid: process.pid } })
    await chaincode.submit('put', 'k', 'w')
    expect(await chaincode.evaluate('get', 'k')).toBe('w')
    await first.peer.close()
    const second = await testPeer({ dataDir: first.dataDir })
    expect((await readAllState(second)).map(({ text }) => text)).toEqual(['w'])
  })

  test('starts fresh where it was deleted', async () => {
    const folder = await fixture('misbehaving')
    const dataDir = join(folder, '.slipway')
    const first = await testPeer({ dataDir })
    const chaincode = await openFolder(first, { folder })
    await chaincode.build(1, 'serving')
    await chaincode.submit('put', 'k', 'v')
    await first.peer.close()
    expect(await readFile(join(dataDir, '.gitignore'), 'utf8')).toContain('*')

    await rm(dataDir, { recursive: true })
    const second = await testPeer({ dataDir })
    expect(second.state().channels).toEqual({})
    const again = await openFolder(second, { folder })
    await again.build(1, 'serving')
    expect(await again.evaluate('get', 'k')).toBe('')
    await again.submit('put', 'k', 'new')
    expect(await again.evaluate('history', 'k')).toBe('new,false')
  })

  test('that cannot be made or is damaged is told, and nothing is left open', async () => {
    const folder = await tempFolder('data')
    await writeFile(join(folder, 'file'), '')
    expect(await codeOf(testPeer({ dataDir: join(folder, 'file', '.slipway') }))).toBe('LEDGER_OPEN')
    const dataDir = join(folder, '.slipway')
    await mkdir(join(dataDir, 'ledger'), { recursive: true })
    await writeFile(join(dataDir, 'ledger', 'CURRENT'), 'nonsense')
    expect(await codeOf(testPeer({ dataDir }))).toBe('LEDGER_OPEN')
    await rm(join(dataDir, 'ledger'), { recursive: true })
    expect((await testPeer({ dataDir })).state().listener.state).toBe('listening')
  })
})

describe('kill -9 in the middle of 1,000 commits', () => {
  test.each([1, 300, 700])(
    'after %i acknowledged: each of them is there with its block, and none is half there',
    async (count) => {
      const dataDir = join(await tempFolder('data'), '.slipway')
      const folder = await fixture('misbehaving')
      const script = join(import.meta.dirname, 'doomed-peer-process.ts')
      const doomed = spawn(process.execPath, ['--import', 'tsx', script, dataDir, folder, '1000'], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = once(doomed, 'exit')
      onTestFinished(async () => {
        doomed.kill('SIGKILL')
        await ended
      })
      const acknowledged: { prefix: string; txId: string; block: number }[] = []
      for await (const line of createInterface(doomed.stdout)) {
        const [prefix = '', txId = '', block] = line.split(' ')
        acknowledged.push({ prefix, txId, block: Number(block) })
        // What it still printed before it died is read to the end.
        if (acknowledged.length === count) doomed.kill('SIGKILL')
      }
      await ended
      expect(doomed.signalCode).toBe('SIGKILL')
      expect(acknowledged.length).toBeGreaterThanOrEqual(count)

      const blocks = await readBlocks(dataDir)
      for (const { txId, block } of acknowledged) expect(blocks[block]).toContain(txId)

      // Ends the chaincode that its peer left behind, or this file would be told to have left it.
      const peer = await testPeer({ dataDir })
      expect(peer.state().channels[CHANNEL]?.height).toBe(blocks.length)
      const byPrefix = new Map<string, StateEntry[]>()
      for (const entry of await readAllState(peer)) {
        const prefix = entry.key.slice(0, 4)
        byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), entry])
      }
      for (const entries of byPrefix.values()) {
        expect(entries.map(({ text }) => text)).toEqual(['v0', 'v1', 'v2'])
        expect(new Set(entries.map(({ version }) => `${version.block}/${version.tx}`)).size).toBe(1)
      }
      for (const { prefix, txId, block } of acknowledged) {
        const [entry] = byPrefix.get(prefix) ?? []
        expect(entry?.version.block).toBe(block)
        const key = `${prefix}-00002`
        const [newest] = await peer.api.readHistory({ channel: CHANNEL, namespace: NAMESPACE, key, limit: 1 })
        expect(newest).toMatchObject({ txId, version: entry?.version })
      }
      await agrees(peer)

      const chaincode = await openFolder(peer, { folder, watch: false })
      await chaincode.ready()
      await chaincode.submit('put', 'after', 'all')
      expect(await chaincode.evaluate('get', 'after')).toBe('all')
    },
  )
})

/** A disk of this many megabytes at an empty folder; undefined where this machine lets us make none. */
const noDisk = ((): string | undefined => {
  if (process.platform !== 'linux') return 'only on Linux'
  if (process.getuid?.() !== 0) return 'only root may mount a disk of its own'
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'pipe' })
    return undefined
  } catch (error) {
    return `mount: ${String(error)}`
  }
})()

if (noDisk !== undefined) process.stderr.write(`skipped: a full disk (${noDisk})\n`)

describe.skipIf(noDisk !== undefined)('a full disk', () => {
  test('nothing half is written, reads go on, and it works again once there is room', async () => {
    const disk = join(await tempFolder('disk'), 'disk')
    await mkdir(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'none', disk])
    onTestFinished(() => void execFileSync('umount', [disk]))
    const dataDir = join(disk, '.slipway')
    const peer = await testPeer({ dataDir })
    const chaincode = await openFixture(peer, 'misbehaving', { watch: false })
    await chaincode.submit('put', 'k', 'before')

    const { bavail, bsize } = await statfs(disk)
    await writeFile(join(disk, 'filler'), Buffer.alloc(bavail * bsize - 2 * bsize))
    const big = 'x'.repeat(64 * 1024)
    const failed = await chaincode.submit('put', 'big', big).catch((error: unknown) => PeerError.from(error))
    expect(failed).toMatchObject({ code: 'LEDGER_WRITE', details: { full: true } })
    expect(await codeOf(chaincode.submit('put', 'big2', big))).toBe('LEDGER_WRITE')
    expect(await chaincode.evaluate('get', 'big')).toBe('')
    expect(await chaincode.evaluate('get', 'k')).toBe('before')
    const height = peer.state().channels[CHANNEL]?.height ?? 0
    expect((await readAllState(peer)).map(({ key }) => key)).toEqual(['k'])

    await rm(join(disk, 'filler'))
    await chaincode.submit('put', 'k', 'after')
    await chaincode.submit('put', 'big', big)
    expect(await chaincode.evaluate('get', 'k')).toBe('after')
    expect(peer.state().channels[CHANNEL]?.height).toBe(height + 2)
    await agrees(peer)

    await peer.peer.close()
    expect(await readBlocks(dataDir)).toHaveLength(height + 2)
    const again = await testPeer({ dataDir })
    expect((await readAllState(again)).map(({ key, text }) => [key, text.length])).toEqual([
      ['big', big.length],
      ['k', 5],
    ])
    await agrees(again)
  })
})
