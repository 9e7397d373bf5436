import { join } from 'node:path'
import { startPeer } from '../../../core/index.ts'
import { KeyReader } from '../key-reader.ts'
import { median, takeTurns, timed } from '../measure.ts'
import { atMost, ms, type Row } from '../row.ts'
import type { Scope } from '../scope.ts'
import { fillState } from '../world-states.ts'

const FEW = 1_000
const MANY = 1_000_000
const MOST = 1.5
const READS = 500

/** What a chaincode waits for one key, of a large state and of a small one, asked in no order. */
const getState: Row = {
  name: 'get-state',
  what: `GET_STATE, p50, in a world state of ${MANY} keys`,
  async run(scope, { rounds = 15, say }) {
    say('writing the world states')
    const [few, many] = [await reader(scope, FEW), await reader(scope, MANY)]
    const keysOf = (keys: number) => Array.from({ length: READS }, () => keyOf(Math.floor(Math.random() * keys)))
    const p50 = async (side: KeyReader, keys: number) => median(await side.read(keysOf(keys)))
    const pair = await takeTurns(
      rounds,
      () => p50(few, FEW),
      () => p50(many, MANY),
    )
    const goal = `at most ${MOST} × that with ${FEW} keys`
    return [{ what: this.what, goal, ...atMost(MOST, pair.ratio), floor: ms(pair.floor), ours: ms(pair.ours) }]
  },
}

/** From nothing to a peer that takes chaincodes, in a process that runs already. */
const startUp: Row = {
  name: 'start-up',
  what: `start-up with a world state of ${MANY} keys`,
  async run(scope, { rounds = 9, say }) {
    say('writing the world states')
    const empty = join(await scope.folder('state'), '.slipway')
    await fillState(empty, NAMESPACE, [])
    const full = join(await scope.folder('state'), '.slipway')
    await fillState(full, NAMESPACE, entries(MANY))
    const start = async (dataDir: string) => {
      let close: () => Promise<void> = () => Promise.resolve()
      const took = await timed(async () => {
        const peer = await startPeer({ dataDir, chaincodeListenAddress: '127.0.0.1:0', prewarm: false })
        close = () => peer.close()
      })
      await close()
      return took
    }
    const pair = await takeTurns(
      rounds,
      () => start(empty),
      () => start(full),
    )
    const goal = `at most ${MOST} × that of an empty one`
    return [{ what: this.what, goal, ...atMost(MOST, pair.ratio), floor: ms(pair.floor), ours: ms(pair.ours) }]
  },
}

export const worldStateRows: Row[] = [getState, startUp]

const NAMESPACE = 'reader'

function keyOf(n: number): string {
  return `asset-${String(n).padStart(7, '0')}`
}

function* entries(count: number): Generator<[string, Uint8Array]> {
  for (let n = 0; n < count; n++) yield [keyOf(n), Buffer.from(`value ${n}`.padEnd(100, '.'))]
}

async function reader(scope: Scope, count: number): Promise<KeyReader> {
  const dataDir = join(await scope.folder('state'), '.slipway')
  await fillState(dataDir, NAMESPACE, entries(count))
  const peer = await startPeer({ dataDir, chaincodeListenAddress: '127.0.0.1:0', prewarm: false })
  scope.defer(() => peer.close())
  const folder = await scope.chaincode('javascript-shim', 'bare')
  return KeyReader.open(scope, peer, { folder, name: NAMESPACE })
}
