// @module-tag slow
import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { root } from '../../main/root.ts'
import { buildDoors, slipway, startSlipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { tempFolder } from '../support/temp.ts'

beforeAll(buildDoors)

/** util-linux's `script` runs a command on a terminal of its own. */
const hasTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0

function onTerminal(...args: string[]): { code: number | null; shown: string } {
  const words = [process.execPath, join(root, 'dist/cli.js'), ...args]
  const command = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  const { status, stdout } = spawnSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8', input: '' })
  return { code: status, shown: stdout.replaceAll('\r\n', '\n') }
}

test.skipIf(!hasTerminal)('identity list is a table on a terminal, and JSON with --pretty', async () => {
  const folder = await fixture('javascript-contract')
  await slipway('identity', 'issue', folder, 'alice', '--attr', 'color=blue', '--affiliation', 'org1.sales')
  const { code, shown } = onTerminal('identity', 'list', folder)
  expect(code).toBe(0)
  const [head = '', ...rows] = shown.trimEnd().split('\n')
  expect(head).toMatch(/^ +IDENTITY +ROLE +AFFILIATION +ATTRIBUTES +EXPIRES +NOTE$/)
  const alice = rows.find((row) => row.includes('alice@Org1MSP')) ?? ''
  expect(alice).toMatch(/client +org1\.sales +color=blue +\d{4}-\d\d-\d\d$/)
  expect(alice.indexOf('color=blue')).toBe(head.indexOf('ATTRIBUTES'))
  expect(rows.filter((row) => row.startsWith('*'))).toEqual([expect.stringContaining('User1@Org1MSP')])
  const piped = await slipway('identity', 'list', folder)
  expect(JSON.parse(onTerminal('identity', 'list', folder, '--pretty').shown)).toEqual(JSON.parse(piped.stdout))
})

test.skipIf(!hasTerminal)('an error is told once on a terminal, in words', () => {
  const { code, shown } = onTerminal('submit', '.')
  expect(code).toBe(2)
  expect(shown).toMatch(/^✗ [^]*why: [^]*do: /)
  expect(shown).not.toContain('{')
})

test('what takes long is told while it does, and how long it took', async () => {
  const folder = await fixture('javascript-contract')
  // It lasts until it was told, however fast or slow the machine is.
  await writeFile(
    join(folder, 'build.cjs'),
    "const { existsSync } = require('fs')\nconst wait = () => existsSync('told') || setTimeout(wait, 50)\nwait()\n",
  )
  await writeFile(join(folder, 'slipway.yaml'), 'build: node build.cjs\nignore: [told]\n')
  const SLIPWAY_SETTINGS = await tempFolder('settings')
  const submit = startSlipway(['submit', folder, 'Put', 'k', 'v', '--trust'], { SLIPWAY_SETTINGS })
  await submit.says(/building[^:\n]* …/)
  await writeFile(join(folder, 'told'), '')
  const { code, stderr, stdout } = await submit.ended
  expect([code, (JSON.parse(stdout) as { payload: string }).payload]).toEqual([0, 'ok'])
  expect(stderr).toMatch(/building[^:\n]*: \d+ s\n/)
})
