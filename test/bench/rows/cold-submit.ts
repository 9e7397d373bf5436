import { fileURLToPath } from 'node:url'
import { openIdentities } from '../../../core/msp/dev-ca.ts'
import { takeTurns, timed } from '../measure.ts'
import { runToEnd } from '../processes.ts'
import { atMost, ms, notMeasured, sides, type Row } from '../row.ts'
import type { Scope } from '../scope.ts'
import { own, startRunning } from '../running.ts'
import { nodeStart } from '../sides.ts'
import { go, javascript, type Subject } from '../subjects.ts'

const MOST = 1.25
const goal = `at most ${MOST} × (the chaincode's cold start + the bare server)`
const floorProgram = fileURLToPath(new URL('submit-process.js', import.meta.url))

/** TypeScript has to be compiled once; what did not change since then is not compiled again. */
const typescript: Subject = {
  ...go,
  dialect: 'TypeScript',
  suffix: '-typescript',
  missing: () => undefined,
  async prepare(scope: Scope) {
    const folder = await scope.chaincode('asset-transfer-typescript', 'built')
    return { folder, start: nodeStart(folder) }
  },
}

/** Nothing runs, and a first call has been made before: the data are there, and what it needs is in the disk's cache. */
function fromNothing(subject: Subject): Row {
  const what = `slipway submit from nothing (${subject.dialect})`
  return {
    name: `cold-submit${subject.suffix}`,
    what,
    why: 'A Go chaincode starts in milliseconds, so what is seen is Slipway itself: Node and its modules, LevelDB, _lifecycle, the commit, and 20 ms in which the last printed lines are waited for.',
    async run(scope, { rounds = 7, against }) {
      const missing = subject.missing()
      if (missing !== undefined) return [notMeasured(what, goal, missing)]
      const { folder, start } = await subject.prepare(scope)
      const other = against && { ...against.program, ...(await subject.prepare(scope)) }
      const identities = await scope.folder('identity')
      await openIdentities(identities, 'Org1MSP')
      const pair = await takeTurns(
        rounds,
        (round) => {
          const [fn, args] = subject.put(`floor-${round}`)
          const call = JSON.stringify([fn, ...args])
          return timed(() => runToEnd('node', [floorProgram, identities, start.language, call, ...start.argv], folder))
        },
        (round) => {
          const [fn, args] = subject.put(`ours-${round}`)
          return timed(() => runToEnd('node', [own.slipway, 'submit', folder, fn, ...args], folder))
        },
        other &&
          ((round) => {
            const [fn, args] = subject.put(`other-${round}`)
            return timed(() => runToEnd('node', [other.slipway, 'submit', other.folder, fn, ...args], other.folder))
          }),
      )
      return [{ what, goal, ...atMost(MOST, pair.ratio), ...sides(pair, ms) }]
    },
  }
}

const RUNNING_MOST = 1.3

/** What a script pays for each call while `slipway run` runs. */
const toRunning: Row = {
  name: 'running-submit',
  what: 'slipway submit to a running peer, whole process',
  why: 'Node loads its HTTP client for the WebSocket, and the command line its flags.',
  async run(scope, { rounds = 15, against }) {
    const goal = `at most ${RUNNING_MOST} × (node -e 0 + one submit)`
    const start = async (program = own) => {
      const { folder } = await javascript.prepare(scope)
      return { ...program, folder, ...(await startRunning(scope, folder, program)) }
    }
    const ours = await start()
    const other = against && (await start(against.program))
    let asset = 0
    const wholeProcess = ({ slipway, folder }: typeof ours) => {
      const [fn, args] = javascript.put(`asset-${asset++}`)
      return timed(() => runToEnd('node', [slipway, 'submit', folder, fn, ...args], folder))
    }
    const pair = await takeTurns(
      rounds,
      async () => {
        const [fn, args] = javascript.put(`asset-${asset++}`)
        const call = () => ours.peer.api.submit({ chaincode: ours.name, function: fn, args })
        return (await timed(() => runToEnd('node', ['-e', '0'], ours.folder))) + (await timed(call))
      },
      () => wholeProcess(ours),
      other && (() => wholeProcess(other)),
    )
    return [{ what: this.what, goal, ...atMost(RUNNING_MOST, pair.ratio), ...sides(pair, ms) }]
  },
}

export const coldSubmitRows: Row[] = [fromNothing(javascript), fromNothing(typescript), fromNothing(go), toRunning]
