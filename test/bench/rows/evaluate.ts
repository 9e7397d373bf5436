import { inFlight, oneAtATime, takeTurns } from '../measure.ts'
import { atLeast, atMost, ms, notMeasured, perSecond, type Row } from '../row.ts'
import { bothSides, go, javascript, type Subject } from '../subjects.ts'

const WIDTH = 32

/** A call alone: what the peer adds to its way through the chaincode and back. */
function oneByOne(subject: Subject): Row {
  const what = `evaluate, one at a time, p50 (${subject.dialect})`
  const most = 1.3
  const goal = `at most ${most} × the floor`
  return {
    name: `evaluate${subject.suffix}`,
    what,
    why: 'Of each call a proposal is made and signed (70 µs, most of it ECDSA), GET_STATE is answered from LevelDB (30 µs), and read/write set, result and record are made (90 µs). The floor signs one proposal for all calls and reads a Map.',
    async run(scope, { rounds = 15 }) {
      const missing = subject.missing()
      if (missing !== undefined) return [notMeasured(what, goal, missing)]
      const { floor, ours } = await bothSides(scope, subject)
      const pair = await takeTurns(
        rounds,
        () => oneAtATime(60, () => floor.call(...subject.get)),
        () => oneAtATime(60, () => ours.evaluate(...subject.get)),
      )
      return [{ what, goal, ...atMost(most, pair.ratio), floor: ms(pair.floor), ours: ms(pair.ours) }]
    },
  }
}

/** Many at once: how much of the machine the peer takes for itself. */
function together(subject: Subject): Row {
  const what = `evaluate, ${WIDTH} in flight (${subject.dialect})`
  const least = 0.85
  const goal = `at least ${least} × the floor`
  return {
    name: `evaluate-${WIDTH}${subject.suffix}`,
    what,
    why: 'The peer needs about 170 µs of processor a call, a third of it for the signature; the floor needs 50. A chaincode in Go answers faster than that, so there the peer is what is waited for.',
    async run(scope, { rounds = 9 }) {
      const missing = subject.missing()
      if (missing !== undefined) return [notMeasured(what, goal, missing)]
      const { floor, ours } = await bothSides(scope, subject)
      const pair = await takeTurns(
        rounds,
        () => inFlight(WIDTH, 800, () => floor.call(...subject.get)),
        () => inFlight(WIDTH, 800, () => ours.evaluate(...subject.get)),
      )
      return [{ what, goal, ...atLeast(least, pair.ratio), floor: perSecond(pair.floor), ours: perSecond(pair.ours) }]
    },
  }
}

export const evaluateRows: Row[] = [oneByOne(javascript), oneByOne(go), together(javascript), together(go)]
