// @module-tag slow
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { CallResult } from '../../core/contract/call.ts'
import { baseImages } from '../support/base-images.ts'
import { buildDoors, slipway, startSlipway, type Started } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { isAlive } from '../support/is-alive.ts'
import { containersOf } from '../support/net-mode.ts'
import { needs } from '../support/require.ts'

beforeAll(buildDoors)

/** A build and an image take their time. */
async function says(run: Started, text: string | RegExp): Promise<void> {
  await expect.poll(() => run.stderr(), { timeout: 200_000 }).toMatch(text)
}

/** The process in which a running chaincode answers. */
async function pidIn(folder: string): Promise<number> {
  const { stdout } = await slipway('evaluate', folder, 'pid')
  return Number((JSON.parse(stdout) as CallResult).payload)
}

// On Windows a signal of any name ends the process at once.
test.each(process.platform === 'win32' ? (['SIGKILL'] as const) : (['SIGKILL', 'SIGQUIT', 'SIGABRT'] as const))(
  'Slipway is ended by %s: its chaincode ends too, whatever started it and whatever it does',
  async (signal) => {
    const folder = await fixture('misbehaving')
    // A shell starts npm, which starts a shell, which starts Node.
    await writeFile(join(folder, 'slipway.yaml'), 'start: npm start --silent --\n')
    await writeFile(join(folder, 'misbehave.txt'), 'ignore-term')
    const run = startSlipway(['run', folder, '--trust'])
    await says(run, 'build 1 serves')
    const pid = await pidIn(folder)
    expect(isAlive(pid)).toBe(true)
    run.child.kill(signal)
    await run.ended
    await eventually(() => isAlive(pid)).toBe(false)
  },
)

test('Slipway is killed in a build: the tool and what it started end too', async () => {
  const folder = await fixture('misbehaving')
  const pids = join(folder, '.slipway', 'pids')
  const inner = `require('fs').writeFileSync(process.env.PIDS, process.ppid + ' ' + process.pid); setInterval(() => {}, 1e4)`
  await writeFile(
    join(folder, 'build.cjs'),
    `require('child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(inner)}])`,
  )
  await writeFile(join(folder, 'slipway.yaml'), 'build: node build.cjs\n')
  const run = startSlipway(['run', folder, '--trust'], { PIDS: pids })
  await expect.poll(() => readFile(pids, 'utf8').catch(() => '')).toMatch(/^\d+ \d+$/)
  const [tool, its] = (await readFile(pids, 'utf8')).split(' ').map(Number)
  run.child.kill('SIGKILL')
  await run.ended
  await eventually(() => isAlive(tool ?? 0) || isAlive(its ?? 0)).toBe(false)
})

needs('docker').test('Slipway is killed in net mode: its container is removed without a next start', async () => {
  await baseImages(['nodeenv'])
  const folder = await fixture('misbehaving')
  const dataDir = join(folder, '.slipway')
  const run = startSlipway(['run', folder, '--mode', 'net'])
  await says(run, /ready, in a container/)
  expect(await containersOf(dataDir)).toHaveLength(1)
  run.child.kill('SIGKILL')
  await run.ended
  await expect.poll(() => containersOf(dataDir)).toEqual([])
  expect((await slipway('clean', folder)).code).toBe(0)
})
