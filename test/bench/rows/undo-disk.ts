import { cp, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { CHAINCODE, startParts } from '../../core/gateway/peer-parts.ts'
import { atMost, type Row } from '../row.ts'

const MANY = 10_000
const MOST = 1.15
/** Blocks are written one after another, but calls in flight at once share the time of a disk. */
const AT_ONCE = 16
const ASSETS = 1_000

/** What each block's way back takes on disk, beside the ledger without it. */
export const undoDisk: Row = {
  name: 'undo-disk',
  what: `the disk of ${MANY} transactions that each change an asset, with what takes them back`,
  async run(scope, { say }) {
    const goal = `at most ${MOST} × that without`
    const folder = await scope.folder('undo')
    say(`committing ${MANY} transactions`)
    await commitMany(folder)
    const without = join(await scope.folder('no-undo'), 'ledger')
    await cp(join(folder, 'ledger'), without, { recursive: true })
    const ours = await compactedBytes(join(folder, 'ledger'), false)
    const floor = await compactedBytes(without, true)
    const shown = (bytes: number) => `${(bytes / (1 << 20)).toFixed(1)} MB`
    return [{ what: this.what, goal, ...atMost(MOST, ours / floor), floor: shown(floor), ours: shown(ours) }]
  },
}

async function commitMany(dataDir: string): Promise<void> {
  await using parts = await startParts(dataDir, {
    change({ simulator, args: [key = '', owner = ''] }) {
      const before = Buffer.from(simulator.getState(CHAINCODE, key) ?? []).toString()
      const { changes } = before === '' ? { changes: 0 } : (JSON.parse(before) as { changes: number })
      const asset = { ID: key, Color: 'blue', Size: 5, Owner: owner, AppraisedValue: 300, changes: changes + 1 }
      simulator.setState(CHAINCODE, key, Buffer.from(JSON.stringify(asset)))
      return { payload: JSON.stringify(asset) }
    },
  })
  for (let i = 0; i < MANY; i += AT_ONCE) {
    const calls = Array.from({ length: Math.min(AT_ONCE, MANY - i) }, (_, n) =>
      parts.submit('change', `asset${(i + n) % ASSETS}`, `owner${i + n}`),
    )
    await Promise.all(calls)
  }
}

/** Of LevelDB's files, once it has put them in order. */
async function compactedBytes(folder: string, withoutUndo: boolean): Promise<number> {
  const level = new ClassicLevel<Uint8Array, Uint8Array>(folder, { keyEncoding: 'buffer', valueEncoding: 'buffer' })
  await level.open()
  if (withoutUndo) await level.clear({ gte: Buffer.from('u\0'), lt: Buffer.from('u\x01') })
  await level.compactRange(Buffer.of(0), Buffer.of(255))
  await level.close()
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}
