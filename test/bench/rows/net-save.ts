import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { byHand, withoutDocker } from '../docker.ts'
import { takeTurns, timed } from '../measure.ts'
import { netSubjects, type NetSubject } from '../net-subjects.ts'
import { atMost, ms, notMeasured, type Row } from '../row.ts'
import { startFloor, startOurs, timedSave } from '../sides.ts'

const MOST = 1.15

/** An edit of source alone, with the dependencies in the engine's cache on both sides. */
function sourceEdited(subject: NetSubject): Row {
  const what = `net: save → READY, source only (${subject.dialect})`
  const goal = `at most ${MOST} × (docker build + docker run → REGISTER)`
  return {
    name: `net-save${subject.suffix}`,
    what,
    async run(scope, { rounds = 7 }) {
      const missing = withoutDocker()
      if (missing !== undefined) return [notMeasured(what, goal, missing)]
      const [theirs, folder] = [
        await scope.chaincode(subject.fixture, 'bare'),
        await scope.chaincode(subject.fixture, 'bare'),
      ]
      const docker = await byHand(scope)
      const floor = await startFloor(scope, docker.listenOn)
      const image = `slipway-bench:${randomUUID()}`
      await writeFile(join(theirs, 'Dockerfile'), subject.dockerfile(docker.label))
      const text = await readFile(join(theirs, subject.file), 'utf8')
      const ours = await startOurs(scope, folder, { watch: true, mode: 'net' })
      const pair = await takeTurns(
        rounds,
        async (round) => {
          let running: { stop(): Promise<void> } | undefined
          const took = await timed(async () => {
            await writeFile(join(theirs, subject.file), subject.edited(text, round))
            await docker.build(theirs, image)
            running = await docker.run(floor, subject.language, image)
          })
          await running?.stop()
          return took
        },
        (round) => timedSave(ours, join(folder, subject.file), subject.edited(text, round)),
      )
      return [{ what, goal, ...atMost(MOST, pair.ratio), floor: ms(pair.floor), ours: ms(pair.ours) }]
    },
  }
}

export const netSaveRows: Row[] = netSubjects.map(sourceEdited)
