// @module-tag slow
import { readFileSync, writeFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { PeerError } from '../../core/contract/error.ts'
import type { RemotePeer } from '../../main/host/remote-peer.ts'
import { buildDoors, started } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { doomedRun, type DoomedRun } from '../support/killed-run.ts'
import { removePeerImages } from '../support/peer-images.ts'
import { needs } from '../support/require.ts'

/*
 * Slipway is killed again and again on the same data: at every step of a launch, between them, with calls in flight,
 * after a save, in a restart. Nothing that it acknowledged may be lost, and nothing of it may be left. SLIPWAY_KILLS says
 * how often, in each mode; it is 10 otherwise.
 */
const KILLS = Number(process.env['SLIPWAY_KILLS'] ?? 10)
const NAME = 'misbehaving'
/** How many left something for longer is printed; it isn't asserted, since it is the machine's doing too. */
const GONE_MS = 5_000
const STEPS = {
  dev: ['install', 'build', 'deployment-spec', 'package', 'start', 'registered'],
  net: ['build', 'package', 'deployment-spec', 'dependencies', 'image', 'create', 'attach', 'start', 'registered'],
}

beforeAll(buildDoors)

/** When to kill it. */
interface Instant {
  words: string
  until(run: DoomedRun): Promise<void>
}

const upTo = (ms: number) => Math.floor(Math.random() * ms)

/** Each step in turn, then the moments beside them. */
function instantOf(n: number, mode: 'dev' | 'net', folder: string, written: Map<string, string>): Instant {
  const delay = upTo(n % 3 === 0 ? 20 : 400)
  const kinds: Instant[] = [
    ...STEPS[mode].map((step) => ({ words: `in the step ${step}`, until: (run: DoomedRun) => run.reaches(step) })),
    { words: 'at its start', until: () => sleep(upTo(1_000)) },
    { words: 'while it is called', until: (run) => withCalls(run, written, () => sleep(upTo(1_000))) },
    {
      words: 'after a save, while it is called',
      until: (run) =>
        withCalls(run, written, async () => {
          save(folder)
          await sleep(upTo(2_000))
        }),
    },
    {
      words: 'in a restart, while it is called',
      until: (run) =>
        withCalls(run, written, async (peer) => {
          peer.api.restart({ name: NAME }).catch(() => undefined)
          await sleep(upTo(1_500))
        }),
    },
  ]
  const kind = kinds[n % kinds.length]
  if (kind === undefined) throw new Error('there is no such instant')
  const { words, until } = kind
  return {
    words: `${words}, ${delay} ms later`,
    async until(run) {
      await until(run)
      await sleep(delay)
    },
  }
}

/** Four callers write key after key; what was acknowledged is noted down. They end with the peer. */
async function withCalls(
  run: DoomedRun,
  written: Map<string, string>,
  work: (peer: RemotePeer) => Promise<void>,
): Promise<void> {
  await run.ready()
  const peer = await run.connect()
  onTestFinished(() => peer.close())
  const caller = async () => {
    for (;;) {
      const key = `k${written.size}-${Math.random().toString(36).slice(2)}`
      const { validationCode } = await peer.api.submit({ chaincode: NAME, function: 'put', args: [key, `v ${key}`] })
      if (validationCode === 'VALID') written.set(key, `v ${key}`)
    }
  }
  for (let n = 0; n < 4; n++) {
    caller().catch((error: unknown) => {
      // It is being killed.
      if (PeerError.from(error).code !== 'DISCONNECTED') throw error
    })
  }
  const before = written.size
  await eventually(() => written.size > before).toBe(true)
  await work(peer)
}

let saves = 0
function save(folder: string): void {
  const file = join(folder, 'index.js')
  const saved = readFileSync(file, 'utf8').replace(/'VERSION_MARK_\d+'/, `'VERSION_MARK_${(saves += 1)}'`)
  writeFileSync(file, saved)
}

/** Everything that was acknowledged is there. */
async function isThere(peer: RemotePeer, written: Map<string, string>): Promise<void> {
  const found = new Map<string, string>()
  let from: string | undefined
  do {
    const page = await peer.api.readState({
      channel: 'mychannel',
      namespace: NAME,
      limit: 500,
      ...(from === undefined ? {} : { from }),
    })
    for (const { key, text } of page.entries) found.set(key, text)
    from = page.next
  } while (from !== undefined)
  const lost = [...written].filter(([key, value]) => found.get(key) !== value)
  expect(lost).toEqual([])
}

async function killAgainAndAgain({ net }: { net: boolean }): Promise<void> {
  const folder = await fixture(NAME)
  // A build that takes a moment, with a process of its own.
  const inner = 'setTimeout(() => {}, 200)'
  await writeFile(join(folder, 'build.cjs'), `require('child_process').spawnSync(process.execPath, ['-e', '${inner}'])`)
  await writeFile(join(folder, 'slipway.yaml'), 'build: node build.cjs\n')
  if (net) onTestFinished(() => removePeerImages(join(folder, '.slipway')), 60_000)
  const written = new Map<string, string>()
  const gone: number[] = []
  const starts: number[] = []
  const steps = new Map<string, number>()
  for (let n = 0; n < KILLS; n++) {
    // The dependencies have to be installed once in a while.
    if (n % 20 === 19) await rm(join(folder, 'node_modules'), { recursive: true })
    const run = doomedRun(folder, NAME, { net })
    const instant = instantOf(n, net ? 'net' : 'dev', folder, written)
    try {
      await instant.until(run)
      steps.set(run.step(), (steps.get(run.step()) ?? 0) + 1)
      gone.push(await run.kill())
      starts.push(await bareStart())
    } catch (error) {
      throw new Error(`kill ${n}, ${instant.words}, in ${run.step()}: ${String(error)}\n${run.stderr()}`, {
        cause: error,
      })
    }
  }
  const last = doomedRun(folder, NAME, { net })
  await last.ready()
  const peer = await last.connect()
  await isThere(peer, written)
  peer.close()
  await last.kill()
  const [half, start] = [medianOf(gone), medianOf(starts)]
  process.stderr.write(
    `${KILLS} kills: ${written.size} acknowledged, none lost; all gone after ${inSeconds(half)} (median), ` +
      `${inSeconds(Math.max(...gone))} (slowest), ${gone.filter((ms) => ms > GONE_MS).length} after more than ` +
      `${inSeconds(GONE_MS)}, where Node starts in ${Math.round(start)} ms; ` +
      `in ${[...steps].map(([step, count]) => `${step} ${count}`).join(', ')}\n`,
  )
}

const inSeconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

function medianOf(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
}

/** How long a bare Node process takes from its start to its end now, in ms: what a loaded machine slows down too. */
async function bareStart(): Promise<number> {
  const at = performance.now()
  await started(process.execPath, ['-e', '']).ended
  return performance.now() - at
}

describe('killed again and again', () => {
  test('in dev mode: nothing acknowledged is lost, nothing is left', { timeout: 240_000 + KILLS * 30_000 }, () =>
    killAgainAndAgain({ net: false }),
  )

  needs('docker').describe('in containers', () => {
    test('in net mode', { timeout: 240_000 + KILLS * 60_000 }, () => killAgainAndAgain({ net: true }))
  })
})
