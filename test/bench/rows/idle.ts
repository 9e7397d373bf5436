import { execFileSync, spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { PeerEvent } from '../../../core/contract/events.ts'
import { apply } from '../../../core/contract/apply.ts'
import type { PeerState } from '../../../core/contract/state.ts'
import { endOf } from '../processes.ts'
import { atMostBytes, notMeasured, type Row } from '../row.ts'

const FILES = 5_000
const FOLDERS = 250
/** What happens at a start has ended by then: the next process is warm, and the first garbage is collected. */
const SETTLE_MS = 5_000
const WATCHED_MS = 20_000
const CPU_GOAL = 0.01
const MEMORY_GOAL = 90 * 1024 * 1024
const slipway = fileURLToPath(new URL('../../main/slipway.mjs', import.meta.url))

/** The peer as its user leaves it: one chaincode ready, many files watched, nothing happening. */
export const idle: Row = {
  name: 'idle',
  what: `idle, one chaincode ready, watching ${FILES} files`,
  async run(scope, { say }) {
    if (process.platform === 'win32') return [notMeasured(this.what, '', 'Windows has no ps')]
    const folder = await scope.chaincode('javascript-contract')
    await manyFiles(join(folder, 'lib'))
    const peer = spawn('node', [slipway, 'run', folder, '--json'], { stdio: ['ignore', 'pipe', 'ignore'] })
    scope.defer(() => endOf(peer, 'SIGTERM'))
    await settled(createInterface(peer.stdout))
    // Nobody reads on, and a full pipe would be its own kind of idle.
    peer.stdout.resume()
    const pid = peer.pid ?? 0
    await sleep(SETTLE_MS)
    say(`watching it for ${WATCHED_MS / 1000} s`)
    const [before, since] = [await cpuMs(pid), performance.now()]
    await sleep(WATCHED_MS)
    const share = ((await cpuMs(pid)) - before) / (performance.now() - since)
    const memory = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]).toString()) * 1024
    const percent = (value: number) => `${(value * 100).toFixed(2)} %`
    const judged = (value: number, goal: number, show: (value: number) => string) => ({
      figure: show(value),
      floor: '',
      ours: show(value),
      verdict: value < goal ? 'met' : `missed by ${show(value - goal)}`,
    })
    return [
      { what: `${this.what}: processor`, goal: 'under 1 % of a core', ...judged(share, CPU_GOAL, percent) },
      { what: `${this.what}: memory`, ...atMostBytes(MEMORY_GOAL, memory) },
    ]
  },
}

async function manyFiles(folder: string): Promise<void> {
  for (let n = 0; n < FOLDERS; n++) {
    const inside = join(folder, `part-${n}`)
    await mkdir(inside, { recursive: true })
    for (let m = 0; m < FILES / FOLDERS; m++) await writeFile(join(inside, `${m}.js`), `module.exports = ${n * m}\n`)
  }
}

/** Resolves when the peer says that the chaincode is ready and its files are watched. */
async function settled(lines: AsyncIterable<string>): Promise<void> {
  let state: PeerState | undefined
  for await (const line of lines) {
    const told = JSON.parse(line) as { type: 'snapshot'; state?: PeerState } | PeerEvent
    if (told.type === 'snapshot') state = told.state
    else if (state !== undefined) state = apply(state, told)
    const [chaincode] = Object.values(state?.chaincodes ?? {})
    if (chaincode?.registration.state !== 'ready' || chaincode.watch.state !== 'watching') continue
    if (chaincode.watch.files < FILES) throw new Error(`only ${chaincode.watch.files} files are watched`)
    return
  }
  throw new Error('the peer has ended')
}

/** Processor time of a process so far. */
async function cpuMs(pid: number): Promise<number> {
  if (process.platform === 'linux') {
    // Fields behind the name, which may hold blanks: utime and stime are the 12th and 13th, in hundredths of a second.
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1)?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * 10
  }
  // [[dd-]hh:]mm:ss.cc
  const time = execFileSync('ps', ['-o', 'time=', '-p', String(pid)])
    .toString()
    .trim()
  return time.split(/[-:]/).reduce((sum, part) => sum * 60 + Number(part), 0) * 1000
}
