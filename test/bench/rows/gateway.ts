import { startLoad } from '../load.ts'
import { inFlight, oneAtATime, takeTurns } from '../measure.ts'
import { realNetwork, withoutRealNetwork } from '../real-network.ts'
import { atLeast, atMost, ms, notMeasured, perSecond, type Figure, type Row } from '../row.ts'
import type { Scope } from '../scope.ts'
import type { Ours } from '../open-peer.ts'
import { startOurs, withoutGo } from '../sides.ts'
import { go, javascript, WARM_UP, type Subject } from '../subjects.ts'

const WIDTH = 16
const MOST = 1.5
const LEAST = 0.8
const MOST_OF_REAL = 0.6
const LEAST_OF_REAL = 1.5

/** A query by an application on the public Go client, beside the direct call and beside a real peer. */
function gatewayEvaluate(subject: Subject): Row {
  const what = `an application's evaluate, one at a time, p50 (${subject.dialect})`
  const many = `an application's evaluate, ${WIDTH} in flight (${subject.dialect})`
  return {
    name: `gateway-evaluate${subject.suffix}`,
    what,
    why: 'A request comes over HTTP/2 in JavaScript and its signature is verified; the direct call is made in the same process and signed. The application is a process more for the cores.',
    async run(scope, { rounds = 9, say }) {
      const goal = `at most ${MOST} × the direct call`
      const missing = withoutGo()
      if (missing !== undefined) return [notMeasured(what, goal, missing)]
      const ours = await served(scope, subject)
      const load = await startLoad(scope, await ours.connection())
      const direct = () => ours.evaluate(...subject.get)
      await inFlight(WIDTH, WARM_UP, direct)
      await load.perSecond('evaluate', subject.get, WARM_UP, WIDTH)
      const alone = await takeTurns(
        rounds,
        () => oneAtATime(60, direct),
        () => load.p50('evaluate', subject.get, 60),
      )
      const together = await takeTurns(
        rounds,
        () => inFlight(WIDTH, 800, direct),
        () => load.perSecond('evaluate', subject.get, 800, WIDTH),
      )
      const figures: Figure[] = [
        { what, goal, ...atMost(MOST, alone.ratio), floor: ms(alone.floor), ours: ms(alone.ours) },
        {
          what: many,
          goal: `at least ${LEAST} × the direct call`,
          ...atLeast(LEAST, together.ratio),
          floor: perSecond(together.floor),
          ours: perSecond(together.ours),
        },
      ]
      const beside = (of: string) => `${of}, beside a real peer`
      const goals = [`at most ${MOST_OF_REAL} × the real peer`, `at least ${LEAST_OF_REAL} × the real peer`] as const
      const noReal = withoutRealNetwork()
      if (noReal !== undefined) {
        return [...figures, notMeasured(beside(what), goals[0], noReal), notMeasured(beside(many), goals[1], noReal)]
      }
      const real = await startLoad(scope, await realNetwork(scope, subject, say))
      await real.perSecond('evaluate', subject.get, WARM_UP, WIDTH)
      const aloneOfReal = await takeTurns(
        rounds,
        () => real.p50('evaluate', subject.get, 60),
        () => load.p50('evaluate', subject.get, 60),
      )
      const togetherOfReal = await takeTurns(
        rounds,
        () => real.perSecond('evaluate', subject.get, 800, WIDTH),
        () => load.perSecond('evaluate', subject.get, 800, WIDTH),
      )
      return [
        ...figures,
        {
          what: beside(what),
          goal: goals[0],
          ...atMost(MOST_OF_REAL, aloneOfReal.ratio),
          floor: ms(aloneOfReal.floor),
          ours: ms(aloneOfReal.ours),
        },
        {
          what: beside(many),
          goal: goals[1],
          ...atLeast(LEAST_OF_REAL, togetherOfReal.ratio),
          floor: perSecond(togetherOfReal.floor),
          ours: perSecond(togetherOfReal.ours),
        },
      ]
    },
  }
}

const MOST_OF_SUBMIT = 0.4

/** From the proposal to the commit status, one at a time, each in a block of its own. */
const gatewaySubmit: Row = {
  name: 'gateway-submit',
  what: "an application's submit to commit status, one at a time, p50",
  async run(scope, { rounds = 9, say }) {
    const goal = `at most ${MOST_OF_SUBMIT} × a real peer with blocks of one transaction`
    const missing = withoutGo()
    if (missing !== undefined) return [notMeasured(this.what, goal, missing)]
    const ours = await served(scope, javascript)
    const load = await startLoad(scope, await ours.connection())
    const put = javascript.put('submitted')
    await load.perSecond('submit', put, WARM_UP, WIDTH)
    let direct = 0
    const own = await takeTurns(
      rounds,
      () => oneAtATime(40, () => ours.submit(...javascript.put(`direct-${direct++}`))),
      () => load.p50('submit', put, 40),
    )
    const besideDirect: Figure = {
      what: `${this.what}, beside the direct call`,
      goal: '',
      figure: `${own.ratio.toFixed(2)} ×`,
      floor: ms(own.floor),
      ours: ms(own.ours),
      verdict: '',
    }
    const noReal = withoutRealNetwork()
    if (noReal !== undefined) return [besideDirect, notMeasured(this.what, goal, noReal)]
    const real = await startLoad(scope, await realNetwork(scope, javascript, say))
    await real.perSecond('submit', put, WIDTH * 4, WIDTH)
    const pair = await takeTurns(
      rounds,
      () => real.p50('submit', put, 40),
      () => load.p50('submit', put, 40),
    )
    const figures = { floor: ms(pair.floor), ours: ms(pair.ours) }
    return [besideDirect, { what: this.what, goal, ...atMost(MOST_OF_SUBMIT, pair.ratio), ...figures }]
  },
}

export const gatewayRows: Row[] = [gatewayEvaluate(javascript), gatewayEvaluate(go), gatewaySubmit]

/** A peer of ours with the asset, reached as a network is. */
async function served(scope: Scope, subject: Subject): Promise<Ours> {
  const { folder } = await subject.prepare(scope)
  const ours = await startOurs(scope, folder, { watch: false, services: true })
  await ours.submit(...subject.put('asset'))
  return ours
}
