import { inFlight, oneAtATime, takeTurns } from '../measure.ts'
import { atLeast, atMost, ms, notMeasured, perSecond, sides, type Row } from '../row.ts'
import { bothSides, go, javascript, times, type Subject } from '../subjects.ts'

const WIDTH = 32

/** A call alone: what the peer adds to its way through the chaincode and back. */
function oneByOne(subject: Subject, most: number): Row {
  const what = `evaluate, one at a time, p50 (${subject.dialect})`
  const goal = `at most ${most} × the floor`
  return {
    name: `evaluate${subject.suffix}`,
    what,
    why: 'Of each call a proposal is made and signed (70 µs, most of it ECDSA), GET_STATE is answered from LevelDB (30 µs), and read/write set, result and record are made (90 µs). The floor signs one proposal for all calls and reads a Map.',
    async run(scope, { rounds = 15, against }) {
      const missing = subject.missing()
      if (missing !== undefined) return [notMeasured(what, goal, missing)]
      const { floor, ours, other } = await bothSides(scope, subject, against)
      const pair = await takeTurns(
        rounds,
        () => oneAtATime(60, () => floor.call(...subject.get)),
        () => oneAtATime(60, () => ours.evaluate(...subject.get)),
        other && (() => other.take({ kind: 'evaluate', width: 1, calls: times(60, () => subject.get) })),
      )
      return [{ what, goal, ...atMost(most, pair.ratio), ...sides(pair, ms) }]
    },
  }
}

/** Many at once: how much of the machine the peer takes for itself. */
function together(subject: Subject, least: number): Row {
  const what = `evaluate, ${WIDTH} in flight (${subject.dialect})`
  const goal = `at least ${least} × the floor`
  return {
    name: `evaluate-${WIDTH}${subject.suffix}`,
    what,
    why: 'The peer needs about 170 µs of processor a call, a third of it for the signature; the floor needs 50. A chaincode in Go answers faster than that, so there the peer is what is waited for.',
    async run(scope, { rounds = 9, against }) {
      const missing = subject.missing()
      if (missing !== undefined) return [notMeasured(what, goal, missing)]
      const { floor, ours, other } = await bothSides(scope, subject, against)
      const pair = await takeTurns(
        rounds,
        () => inFlight(WIDTH, 800, () => floor.call(...subject.get)),
        () => inFlight(WIDTH, 800, () => ours.evaluate(...subject.get)),
        other && (() => other.take({ kind: 'evaluate', width: WIDTH, calls: times(800, () => subject.get) })),
      )
      return [{ what, goal, ...atLeast(least, pair.ratio), ...sides(pair, perSecond) }]
    },
  }
}

export const evaluateRows: Row[] = [
  oneByOne(javascript, 1.25),
  oneByOne(go, 1.5),
  together(javascript, 0.9),
  together(go, 0.7),
]
