import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { PeerError } from '../../../core/contract/error.ts'
import { residentMemory } from '../../../core/process/memory.ts'
import { readPeerFile } from '../../../main/host/peer-file.ts'
import { connectPeer, type RemotePeer } from '../../../main/host/remote-peer.ts'
import { endOf } from '../processes.ts'
import { notMeasured, type Figure, type Row } from '../row.ts'

const MINUTES = Number(process.env['SLIPWAY_SOAK_MINUTES'] ?? 10)
const PER_SECOND = 30
const SAVE_EVERY_MS = 5_000
const SAMPLE_EVERY_MS = 1_000
/** Growth from the second quarter to the last; what Node's collector leaves for later is about as much. */
const GROWTH_GOAL = 0.15
const slipway = fileURLToPath(new URL('../../main/slipway.mjs', import.meta.url))

/** What an afternoon does to a peer, in ten minutes: calls all the time, and a save every five seconds. */
export const soak: Row = {
  name: 'soak',
  what: `${MINUTES} min at ${PER_SECOND} tx/s with a save every ${SAVE_EVERY_MS / 1000} s`,
  async run(scope, { say }) {
    if (process.platform === 'win32') return [notMeasured(this.what, '', 'Windows has no ps')]
    const folder = await scope.chaincode('misbehaving')
    const run = spawn('node', [slipway, 'run', folder], { stdio: 'ignore' })
    scope.defer(() => endOf(run, 'SIGTERM'))
    const peer = await connected(join(folder, '.slipway'))
    scope.defer(() => peer.close())
    await peer.api.launch({ name: 'misbehaving' })

    const until = performance.now() + MINUTES * 60_000
    const memory: number[] = []
    const [calls, saves] = await Promise.all([
      callAtRate(peer, until),
      saveAgainAndAgain(join(folder, 'index.js'), until),
      sample(run.pid ?? 0, until, memory),
    ])
    const builds = Object.values(peer.state?.chaincodes ?? {})[0]?.builds[0]?.number ?? 0
    say(`${calls.answered} calls answered, ${saves} saves, ${builds} builds`)
    for (const [code, count] of calls.failed) say(`failed: ${code} ${count}`)
    const quarters = [0, 1, 2, 3].map((n) => median(quarter(memory, n)))
    say(`memory by quarters: ${quarters.map(megabytes).join(', ')}`)
    const [, early = 0, , late = 0] = quarters
    return [failures(this.what, calls), growth(this.what, early, late)]
  },
}

interface Calls {
  answered: number
  /** By code. */
  failed: Map<string, number>
}

function failures(what: string, { answered, failed }: Calls): Figure {
  const count = [...failed.values()].reduce((sum, each) => sum + each, 0)
  return {
    what: `${what}: failed calls`,
    goal: 'none',
    figure: `${count} of ${answered + count}`,
    floor: '',
    ours: [...failed.keys()].join(', '),
    verdict: count === 0 ? 'met' : `missed by ${count}`,
  }
}

function growth(what: string, early: number, late: number): Figure {
  const share = late / early - 1
  const percent = (value: number) => `${(value * 100).toFixed(1)} %`
  return {
    what: `${what}: growth of memory`,
    goal: `under ${percent(GROWTH_GOAL)}`,
    figure: percent(share),
    floor: megabytes(early),
    ours: megabytes(late),
    verdict: share < GROWTH_GOAL ? 'met' : `missed by ${percent(share - GROWTH_GOAL)}`,
  }
}

async function connected(dataDir: string): Promise<RemotePeer> {
  for (;;) {
    const file = await readPeerFile(dataDir)
    const peer = file && (await connectPeer(file))
    if (peer?.state?.chaincodes['misbehaving'] !== undefined) return peer
    peer?.close()
    await sleep(100)
  }
}

/** Calls begin at their time, whether earlier ones are answered or not. */
async function callAtRate(peer: RemotePeer, until: number): Promise<Calls> {
  const calls: Calls = { answered: 0, failed: new Map() }
  const call = async (n: number) => {
    try {
      await peer.api.submit({ chaincode: 'misbehaving', function: 'put', args: [`k${n % 1000}`, `v${n}`] })
      calls.answered += 1
    } catch (error) {
      const { code } = PeerError.from(error)
      calls.failed.set(code, (calls.failed.get(code) ?? 0) + 1)
    }
  }
  const begun: Promise<void>[] = []
  const since = performance.now()
  for (let n = 0; performance.now() < until; n++) {
    await sleep(Math.max(0, since + (n * 1000) / PER_SECOND - performance.now()))
    begun.push(call(n))
  }
  await Promise.all(begun)
  return calls
}

async function saveAgainAndAgain(file: string, until: number): Promise<number> {
  const text = await readFile(file, 'utf8')
  let saves = 0
  while (performance.now() + SAVE_EVERY_MS < until) {
    await sleep(SAVE_EVERY_MS)
    saves += 1
    await writeFile(file, text.replace('VERSION_MARK_1', `VERSION_MARK_${saves + 1}`))
  }
  return saves
}

async function sample(pid: number, until: number, memory: number[]): Promise<void> {
  while (performance.now() < until) {
    await sleep(SAMPLE_EVERY_MS)
    memory.push((await residentMemory(pid)) ?? 0)
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`
}

function quarter(values: number[], n: number): number[] {
  return values.slice(Math.floor((values.length * n) / 4), Math.floor((values.length * (n + 1)) / 4))
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
