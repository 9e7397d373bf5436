// @module-tag slow
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { needs } from './require.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))
/** No program is found on an empty path, so the machine has no Docker, and a run need not look what it leaves there. */
const WITHOUT_DOCKER = { PATH: '', Path: '' }

/** Run a suite of test/fixtures/suites as `npm test` runs the real ones. */
async function runSuite(
  name: string,
  env: Record<string, string> = {},
  ...more: string[]
): Promise<{ code: number; output: string }> {
  const config = 'test/fixtures/suites/vitest.config.ts'
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', config, name, ...more]
  const options = { cwd: root, env: { ...process.env, NO_COLOR: '1', SLIPWAY_SKIP: '', ...env } }
  try {
    const { stdout, stderr } = await run(process.execPath, args, options)
    return { code: 0, output: stderr + stdout }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, output: stderr + stdout }
  }
}

describe('the runner', () => {
  test('fails a file that leaves processes and servers behind, and ends with one line of counts', async () => {
    const { code, output } = await runSuite('leaky', WITHOUT_DOCKER)
    expect(code).toBe(1)
    expect(output).toMatch(/left behind: .*1 × TCPServerWrap/)
    expect(output).toMatch(/^failed: .*leaky\.test\.ts.*: .*left behind: /m)
    expect(output.trimEnd().split('\n').at(-1)).toBe('2 passed, 2 failed, 1 skipped')
    // Only Linux tells what a process inherited; elsewhere the leaked one ends by itself.
    if (process.platform === 'linux') process.kill(Number(/process (\d+) \(.*setTimeout/.exec(output)?.[1]))
  })

  test.each([
    ['stuck', 3],
    ['waiting', 2],
  ])('ends a file that has no turn left and says where it stands: %s', async (name, failed) => {
    const { code, output } = await runSuite(name, { ...WITHOUT_DOCKER, SLIPWAY_STUCK_MS: '2000' })
    expect(code).toBe(1)
    expect(output).toMatch(/\.test\.ts was stuck for 2 s and is killed; its last test: (goes on|waits).*\n {4}(at|in) /)
    expect(output.trimEnd().split('\n').at(-1)).toBe(`0 passed, ${failed} failed, 0 skipped`)
  })

  test('names a test that passed only when tried again', async () => {
    const once = await runSuite('unsteady', WITHOUT_DOCKER)
    expect([once.code, once.output.trimEnd().split('\n').at(-1)]).toEqual([1, '0 passed, 2 failed, 0 skipped'])
    const { code, output } = await runSuite('unsteady', WITHOUT_DOCKER, '--retry=1')
    expect([code, output.trimEnd().split('\n').at(-1)]).toEqual([1, '1 passed, 1 failed, 0 skipped'])
    expect(output.match(/^unsteady: .*/gm)).toEqual([expect.stringMatching(/unsteady\.test\.ts > passes when .*: ./)])
  })

  test('skips what the machine lacks and says why; fails where it is required', async () => {
    const skipped = await runSuite('needy', { ...WITHOUT_DOCKER, SLIPWAY_REQUIRE: '' })
    expect(skipped.code).toBe(0)
    expect(skipped.output).toContain('skipped: needs Docker (docker: docker is not installed)')
    expect(skipped.output.trimEnd().split('\n').at(-1)).toBe('0 passed, 0 failed, 1 skipped')
    const failed = await runSuite('needy', { ...WITHOUT_DOCKER, SLIPWAY_REQUIRE: 'go,docker' })
    expect(failed.code).toBe(1)
    expect(failed.output.trimEnd().split('\n').at(-1)).toBe('0 passed, 1 failed, 0 skipped')
  })

  needs('docker').test('fails a run that leaves something on the Docker engine, and names it', async () => {
    const mark = randomUUID()
    const filter = `label=slipway.peer=${mark}`
    onTestFinished(async () => {
      const { stdout } = await run('docker', ['volume', 'ls', '-q', '--filter', filter])
      for (const name of stdout.split('\n').filter(Boolean)) await run('docker', ['volume', 'rm', name])
      await run('docker', ['image', 'prune', '-af', '--filter', filter])
    })
    const { code, output } = await runSuite('littering', { LITTER: mark, CI: 'true' })
    expect(code).toBe(1)
    // Suites that run beside this one have things of theirs there at the moment, in between.
    expect(output).toMatch(/left on the Docker engine: .*volume \w+; .*image slipway-litter:latest/)
    expect(output.trimEnd().split('\n').at(-1)).toBe('1 passed, 1 failed, 0 skipped')
  })
})
