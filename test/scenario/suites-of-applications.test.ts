// @module-tag slow
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect } from 'vitest'
import { root } from '../../main/root.ts'
import { buildDoors } from '../support/command-line.ts'
import { prepared, sources } from '../support/fixture-cache.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'

const run = promisify(execFile)

beforeAll(buildDoors)

/** Run a suite that starts Slipway itself, waits for its ready file, connects by Gateway and stops it. */
async function suite(program: string, args: string[], cwd = root): Promise<string> {
  const env = {
    ...process.env,
    SLIPWAY: process.execPath,
    SLIPWAY_SCRIPT: join(root, 'dist/cli.js'),
    CHAINCODE: await fixture('javascript-contract'),
  }
  const { stdout } = await run(program, args, { cwd, env })
  return stdout
}

// A suite on Windows can't ask a process to end: what it kills leaves its ready file.
if (process.platform !== 'win32') {
  needs().test('a suite of Node tests a chaincode through Gateway', async () => {
    const file = join(root, 'test/fixtures/applications/suite-node/suite.mjs')
    expect(await suite(process.execPath, ['--test', '--test-reporter=tap', file])).toMatch(/^# pass 1$/m)
  })

  needs('go').test('a suite of Go tests a chaincode through Gateway', async () => {
    expect(await suite('go', ['test', '-count=1', './...'], sources('application-go'))).toMatch(/^ok\s/m)
  })

  needs('java').test('a suite of Java tests a chaincode through Gateway', async () => {
    const jar = join(await prepared('application-java'), 'target', 'application.jar')
    expect(await suite('java', ['-cp', jar, 'Suite'])).toBe('passed\n')
  })
}
