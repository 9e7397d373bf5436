import { takeTurns, timed } from '../measure.ts'
import { atLeast, notMeasured, perSecond, type Row } from '../row.ts'
import { startFloor, startOn, startOurs } from '../sides.ts'
import { goWalker, javascriptWalker, type Walker } from '../subjects.ts'
import { fillState } from '../world-states.ts'

const KEYS = 100_000
const LEAST = 0.8
const goal = `at least ${LEAST} × the floor, which has them in an array`

/** Keys as the chaincode iterates over them: a thousand pages of a hundred, one after another. */
function rangeScan(walker: Walker): Row {
  const what = `range scan of ${KEYS} keys (${walker.dialect})`
  return {
    name: `range-scan${walker.suffix}`,
    what,
    why: 'Of 2.8 µs a key, LevelDB’s binding takes 1 to make a text and bytes of an entry; the rest are the record of what was read, and the result.',
    async run(scope, { rounds = 9 }) {
      const missing = walker.missing()
      if (missing !== undefined) return [notMeasured(what, goal, missing)]
      const { folder, start } = await walker.prepare(scope)
      const floor = await startFloor(scope)
      const entries = Array.from({ length: KEYS }, (_, n): [string, Uint8Array] => [
        `k${String(n).padStart(6, '0')}`,
        Buffer.from(`value ${n}`.padEnd(100, '.')),
      ])
      floor.fill(entries)
      await startOn(floor, scope, start)
      await fillState(`${folder}/.slipway`, start.folder.split('/').at(-1) ?? '', entries)
      const ours = await startOurs(scope, folder, { watch: false })
      const call = walker.walk('k', 'l')
      const [theirs, own] = [await floor.call(...call), await ours.evaluate(...call)]
      if (theirs !== own || !own.includes(String(KEYS))) throw new Error(`the floor answers ${theirs}, the peer ${own}`)
      const perSecondOf = async (work: () => Promise<unknown>) => (KEYS / (await timed(work))) * 1000
      const pair = await takeTurns(
        rounds,
        () => perSecondOf(() => floor.call(...call)),
        () => perSecondOf(() => ours.evaluate(...call)),
      )
      return [{ what, goal, ...atLeast(LEAST, pair.ratio), floor: perSecond(pair.floor), ours: perSecond(pair.ours) }]
    },
  }
}

export const rangeScanRows: Row[] = [rangeScan(javascriptWalker), rangeScan(goWalker)]
