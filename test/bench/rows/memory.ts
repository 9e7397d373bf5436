import { residentMemory } from '../../../core/process/memory.ts'
import { inFlight } from '../measure.ts'
import { atMostBytes, megabytes, notMeasured, type Row } from '../row.ts'
import { startRunning, type Running } from '../running.ts'
import type { Scope } from '../scope.ts'
import { javascript } from '../subjects.ts'

const CALLS = 20_000
const WIDTH = 16
const MOST = 120 * 1024 * 1024
/** As many keys as are written: a ledger of an afternoon. */
const KEYS = 1_000
const LONG_CALLS = 200_000
/** From the first sample to the last; what Node's collector leaves for later is about as much. */
const GROWTH = 0.15

/** What the process of `slipway run` takes right after many calls, half of them submits. */
export const memory: Row = {
  name: 'memory',
  what: `memory of the peer after ${CALLS} calls`,
  why: 'Node itself takes 45 MB, the code of the peer 25 MB; the rest is what V8 keeps for young objects while calls come.',
  async run(scope, { against }) {
    if (process.platform === 'win32') return [notMeasured(this.what, '', 'Windows has no ps')]
    const ours = await afterCalls(scope, CALLS)
    const theirs = against && (await afterCalls(scope, CALLS, against.program))
    const other = theirs === undefined ? {} : { against: `${megabytes(theirs)} (${(ours / theirs).toFixed(2)} ×)` }
    return [{ what: this.what, ...atMostBytes(MOST, ours), ...other }]
  },
}

/** The same for longer, and it must not grow. */
export const memorySoak: Row = {
  name: 'memory-soak',
  what: `memory over ${LONG_CALLS} calls, from the first ${CALLS} to the last`,
  async run(scope, { say }) {
    if (process.platform === 'win32') return [notMeasured(this.what, '', 'Windows has no ps')]
    const running = await start(scope)
    const samples: number[] = []
    for (let n = 0; n < LONG_CALLS; n += CALLS) {
      await call(running, n, CALLS)
      const bytes = (await residentMemory(running.pid)) ?? 0
      samples.push(bytes)
      say(`${n + CALLS} calls: ${megabytes(bytes)}`)
    }
    const [first = 0] = samples
    const share = (samples.at(-1) ?? 0) / first - 1
    const percent = (value: number) => `${(value * 100).toFixed(1)} %`
    const ours = samples.map(megabytes).join(', ')
    const verdict = share < GROWTH ? 'met' : `missed by ${percent(share - GROWTH)}`
    return [{ what: this.what, goal: `under ${percent(GROWTH)}`, figure: percent(share), floor: '', ours, verdict }]
  },
}

async function afterCalls(scope: Scope, calls: number, program?: Parameters<typeof startRunning>[2]): Promise<number> {
  const running = await start(scope, program)
  await call(running, 0, calls)
  return (await residentMemory(running.pid)) ?? 0
}

async function start(scope: Scope, program?: Parameters<typeof startRunning>[2]): Promise<Running> {
  const { folder } = await javascript.prepare(scope)
  return startRunning(scope, folder, program)
}

async function call({ peer, name }: Running, first: number, calls: number): Promise<void> {
  await inFlight(WIDTH, calls, (n) => {
    const [fn, args] = javascript.put(`asset-${(first + n) % KEYS}`)
    const request = { chaincode: name, function: fn, args }
    return n % 2 === 0 ? peer.api.submit(request) : peer.api.evaluate(request)
  })
}
