import { withoutDocker } from '../docker.ts'
import { oneAtATime, takeTurns } from '../measure.ts'
import { atMost, ms, notMeasured, type Row } from '../row.ts'
import type { Scope } from '../scope.ts'
import { startOurs } from '../sides.ts'
import { go, javascript, WARM_UP, type Subject } from '../subjects.ts'

const MOST = 1.15

/** Two peers, the chaincode of one in a process and that of the other in a container: what the container costs a call. */
function oneByOne(subject: Subject): Row {
  const what = `net: evaluate, one at a time, p50 (${subject.dialect})`
  const goal = `at most ${MOST} × dev mode`
  return {
    name: `net-evaluate${subject.suffix}`,
    what,
    why: 'Each message crosses the bridge: two network stacks and a virtual cable more than loopback has.',
    async run(scope, { rounds = 15 }) {
      const missing = withoutDocker() ?? subject.missing()
      if (missing !== undefined) return [notMeasured(what, goal, missing)]
      const dev = await side(scope, subject, 'dev')
      const net = await side(scope, subject, 'net')
      const pair = await takeTurns(
        rounds,
        () => oneAtATime(60, () => dev.evaluate(...subject.get)),
        () => oneAtATime(60, () => net.evaluate(...subject.get)),
      )
      return [{ what, goal, ...atMost(MOST, pair.ratio), floor: ms(pair.floor), ours: ms(pair.ours) }]
    },
  }
}

export const netEvaluateRows: Row[] = [oneByOne(javascript), oneByOne(go)]

async function side(scope: Scope, subject: Subject, mode: 'dev' | 'net') {
  const { folder } = await subject.prepare(scope)
  const ours = await startOurs(scope, folder, { watch: false, mode })
  await ours.submit(...subject.put('asset'))
  for (let n = 0; n < WARM_UP; n++) await ours.evaluate(...subject.get)
  return ours
}
