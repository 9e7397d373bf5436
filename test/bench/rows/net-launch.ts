import { byHand, withoutDocker } from '../docker.ts'
import { takeTurns, timed } from '../measure.ts'
import { netSubjects, type NetSubject } from '../net-subjects.ts'
import { atMost, ms, notMeasured, type Row } from '../row.ts'
import { startFloor, startOurs } from '../sides.ts'

const MOST = 1.25

/** The same image on both sides. */
function imagePresent(subject: NetSubject): Row {
  const what = `net: launch → READY, image present (${subject.dialect})`
  const goal = `at most ${MOST} × (docker run of that image → REGISTER)`
  return {
    name: `net-launch${subject.suffix}`,
    what,
    async run(scope, { rounds = 9 }) {
      const missing = withoutDocker()
      if (missing !== undefined) return [notMeasured(what, goal, missing)]
      const docker = await byHand(scope)
      const floor = await startFloor(scope, docker.listenOn)
      const ours = await startOurs(scope, await scope.chaincode(subject.fixture, 'bare'), { watch: false, mode: 'net' })
      const image = ours.chaincode().container?.image
      if (image === undefined) throw new Error('it runs in no container')
      const pair = await takeTurns(
        rounds,
        async () => {
          let running: { stop(): Promise<void> } | undefined
          const took = await timed(async () => (running = await docker.run(floor, subject.language, image)))
          await running?.stop()
          return took
        },
        async () => {
          await ours.peer.api.stop({ name: ours.name })
          return timed(() => ours.peer.api.launch({ name: ours.name }))
        },
      )
      return [{ what, goal, ...atMost(MOST, pair.ratio), floor: ms(pair.floor), ours: ms(pair.ours) }]
    },
  }
}

export const netLaunchRows: Row[] = netSubjects.map(imagePresent)
