import { join } from 'node:path'
import { lengthenChain } from '../long-chain.ts'
import { startLoad } from '../load.ts'
import { takeTurns } from '../measure.ts'
import { atLeast, notMeasured, perSecond, type Row } from '../row.ts'
import { startOurs, withoutGo } from '../sides.ts'
import { startReplayFloor } from '../replay-floor.ts'
import { go, javascript, WARM_UP } from '../subjects.ts'

const BLOCKS = 10_000
const LEAST_OF_STREAM = 0.7

/** What an application's listener that was away has to catch up with. */
const eventReplay: Row = {
  name: 'event-replay',
  what: `${BLOCKS} blocks replayed to an event listener of an application`,
  why: 'Each block is read from the disk and searched for its events; the bare stream has the messages at hand.',
  async run(scope, { rounds = 9, say }) {
    const goal = `at least ${LEAST_OF_STREAM} × a bare gRPC stream of the same bytes`
    const missing = withoutGo()
    if (missing !== undefined) return [notMeasured(this.what, goal, missing)]
    const { folder } = await go.prepare(scope)
    const before = await startOurs(scope, folder, { watch: false })
    await before.submit(...go.put('asset'))
    await before.submit('TransferAsset', ['asset', 'Mia'])
    const first = before.height()
    await before.peer.close()
    say(`writing ${BLOCKS} blocks`)
    await lengthenChain(join(folder, '.slipway'), first + BLOCKS, true)
    const ours = await startOurs(scope, folder, { watch: false, services: true })
    const connection = await ours.connection()
    const bare = await startReplayFloor(scope, connection.peer, BLOCKS)
    const [load, floor] = [await startLoad(scope, connection), await startLoad(scope, { ...connection, peer: bare })]
    const pair = await takeTurns(
      rounds,
      () => floor.replayed(first, BLOCKS),
      () => load.replayed(first, BLOCKS),
    )
    const figures = { floor: perSecond(pair.floor), ours: perSecond(pair.ours) }
    return [{ what: this.what, goal, ...atLeast(LEAST_OF_STREAM, pair.ratio), ...figures }]
  },
}

const LISTENERS = 200
const WIDTH = 16
const LEAST_OF_EVALUATE = 0.95

/** Listeners to whom nothing happens. */
const idleListeners: Row = {
  name: 'idle-listeners',
  what: `an application's evaluate, ${WIDTH} in flight, while ${LISTENERS} listeners wait`,
  async run(scope, { rounds = 15 }) {
    const goal = `at least ${LEAST_OF_EVALUATE} × without them`
    const missing = withoutGo()
    if (missing !== undefined) return [notMeasured(this.what, goal, missing)]
    const { folder } = await javascript.prepare(scope)
    const ours = await startOurs(scope, folder, { watch: false, services: true })
    await ours.submit(...javascript.put('asset'))
    const connection = await ours.connection()
    const [load, listeners] = [await startLoad(scope, connection), await startLoad(scope, connection)]
    const evaluated = () => load.perSecond('evaluate', javascript.get, 800, WIDTH)
    await load.perSecond('evaluate', javascript.get, WARM_UP, WIDTH)
    const pair = await takeTurns(rounds, evaluated, async () => {
      await listeners.listen(LISTENERS)
      const rate = await evaluated()
      await listeners.leave()
      return rate
    })
    const figures = { floor: perSecond(pair.floor), ours: perSecond(pair.ours) }
    return [{ what: this.what, goal, ...atLeast(LEAST_OF_EVALUATE, pair.ratio), ...figures }]
  },
}

export const listenerRows: Row[] = [eventReplay, idleListeners]
