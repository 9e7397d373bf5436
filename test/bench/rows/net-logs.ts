import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { byHand, withoutDocker } from '../docker.ts'
import { takeTurns, timed } from '../measure.ts'
import { atLeast, notMeasured, perSecond, type Row } from '../row.ts'
import type { Ours } from '../open-peer.ts'
import { startFloor, startOurs } from '../sides.ts'

const LINES = 1_000_000
const LEAST = 0.8
const MEMORY_GOAL = 200 * 1024 * 1024
/** Until `docker logs` has found the end of what was printed before. */
const FOLLOWING_MS = 1_000
const SAMPLE_MS = 20

/** From the call that prints to the last line; the chaincode prints faster than anybody reads. */
export const netLogs: Row = {
  name: 'net-logs',
  what: 'net: 1,000,000 lines from a container',
  async run(scope, { rounds = 5 }) {
    const goal = `at least ${LEAST} × the speed of docker logs -f > /dev/null`
    const missing = process.platform === 'win32' ? 'Windows has no grep' : withoutDocker()
    if (missing !== undefined) return [notMeasured(this.what, goal, missing)]
    const ours = await startOurs(scope, await scope.chaincode('misbehaving', 'bare'), { watch: false, mode: 'net' })
    const image = ours.chaincode().container?.image
    if (image === undefined) throw new Error('it runs in no container')
    const docker = await byHand(scope)
    const floor = await startFloor(scope, docker.listenOn)
    const { name } = await docker.run(floor, 'node', image)
    const grown: number[] = []
    const pair = await takeTurns(
      rounds,
      async () => {
        const command = `docker logs --follow --tail 0 ${name} 2>/dev/null | grep -m 1 '^line ${LINES - 1} of'`
        // Of a group of its own, since `docker logs` itself goes on.
        const follow = spawn('sh', ['-c', command], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
        const gone = once(follow, 'close')
        try {
          // grep looks at each line, which takes it a hundredth of the time, and tells the last one.
          const last = once(follow.stdout, 'data')
          await sleep(FOLLOWING_MS)
          return LINES / (await timed(() => Promise.all([floor.call('printLines', [String(LINES)]), last])))
        } finally {
          process.kill(-(follow.pid ?? 0), 'SIGKILL')
          await gone
        }
      },
      async () => {
        await ours.peer.api.clearLogs({})
        const memory = memoryGrowth()
        const wanted = ours.lines() + LINES
        const took = await timed(() =>
          Promise.all([ours.evaluate('printLines', [String(LINES)]), received(ours, wanted)]),
        )
        grown.push(memory())
        return LINES / took
      },
    )
    const most = Math.max(...grown)
    const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`
    return [
      {
        what: this.what,
        goal,
        ...atLeast(LEAST, pair.ratio),
        floor: perSecond(pair.floor * 1000),
        ours: perSecond(pair.ours * 1000),
      },
      {
        what: `${this.what}: memory`,
        goal: `the peer grows by less than ${megabytes(MEMORY_GOAL)}`,
        figure: megabytes(most),
        floor: '',
        ours: megabytes(most),
        verdict: most < MEMORY_GOAL ? 'met' : `missed by ${megabytes(most - MEMORY_GOAL)}`,
      },
    ]
  },
}

async function received(ours: Ours, lines: number): Promise<void> {
  while (ours.lines() < lines) await sleep(SAMPLE_MS)
}

/** Watch this process, which the peer is a part of; the function given back ends it and tells the most it grew by. */
function memoryGrowth(): () => number {
  const before = process.memoryUsage.rss()
  let most = before
  const look = () => (most = Math.max(most, process.memoryUsage.rss()))
  const timer = setInterval(look, SAMPLE_MS)
  return () => {
    clearInterval(timer)
    look()
    return most - before
  }
}
