// @module-tag slow
import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../main/root.ts'
import { edit } from '../scenario/author.ts'
import { buildDoors, started, type Started } from '../support/command-line.ts'
import { acting, HOSTILE, HOSTILE_NAME } from '../support/escapes.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { RawChaincode, registerPayload } from '../support/raw-chaincode.ts'
import { tempFolder } from '../support/temp.ts'

beforeAll(buildDoors)

/** A line of output, whose colour it may have. */
// eslint-disable-next-line no-control-regex -- an escape sequence begins with one
const RED = /\| .*evil.*\u001b\[31mred/u

/** A terminal of its own for a command: what it shows is all that reaches it. Needs util-linux's script. */
function hasTerminals(): boolean {
  try {
    return execFileSync('script', ['--version'], { stdio: 'pipe' }).toString().includes('util-linux')
  } catch {
    return false
  }
}

/** `slipway …` on a terminal. */
async function onTerminal(...args: string[]): Promise<Started> {
  const env = { SLIPWAY_SETTINGS: await tempFolder('settings'), SHELL: '/bin/sh' }
  const words = [process.execPath, join(root, 'dist/cli.js'), ...args].map((word) => `'${word}'`).join(' ')
  return started('script', ['--quiet', '--return', '--flush', '--command', words, '/dev/null'], env)
}

/** A fixture in a folder whose name acts on a terminal. */
async function hostileFolder(): Promise<string> {
  const folder = await fixture('misbehaving')
  const place = join(dirname(folder), HOSTILE_NAME)
  await mkdir(place)
  await rename(folder, join(place, 'misbehaving'))
  return join(place, 'misbehaving')
}

describe.skipIf(process.platform === 'win32' || !hasTerminals())(
  'a terminal gets nothing that acts but colours',
  () => {
    test('of what a chaincode prints and answers, and of the folder it is in', async () => {
      const folder = await hostileFolder()
      await appendFile(join(folder, 'index.js'), `\nconsole.log(${JSON.stringify(HOSTILE)})\n`)
      await edit(join(folder, 'index.js'), "return 'ok'", 'console.log(value)\n    return value')
      const run = await onTerminal('run', folder)
      await run.says(RED)
      await run.says('Ready:')
      expect(acting(run.stdout())).toEqual([])

      const call = await onTerminal('submit', folder, 'put', HOSTILE, HOSTILE)
      expect((await call.ended).code).toBe(0)
      // Its key, its value, its answer and what it printed meanwhile are all there to read, as JSON writes them.
      expect(call.stdout().match(/evil/g)?.length).toBeGreaterThan(3)
      expect(acting(call.stdout())).toEqual([])
    })

    test('of what a process registers as', async () => {
      const folder = await fixture('misbehaving')
      await writeFile(join(folder, 'slipway.yaml'), 'startedBy: you\n')
      const run = await onTerminal('run', folder)
      await run.says(/listening.*?127\.0\.0\.1:\d+/)
      const [address = ''] = /127\.0\.0\.1:\d+/.exec(run.stdout()) ?? []
      const stranger = await RawChaincode.connect(address)
      await stranger.send({ type: 'REGISTER', payload: registerPayload(`${HOSTILE}:1.0`) })
      await run.says(/rejected.*evil/)
      expect(acting(run.stdout())).toEqual([])
    })

    test('of what a tool prints, of the file it names, and of an error’s cause', async () => {
      const folder = await hostileFolder()
      const file = join(folder, `${HOSTILE_NAME}.js`)
      await writeFile(file, `console.error(${JSON.stringify(HOSTILE)})\nthrow new Error(${JSON.stringify(HOSTILE)})\n`)
      await writeFile(join(folder, 'slipway.yaml'), `build: node *owned*.js\n`)
      const call = await onTerminal('submit', folder, 'put', 'k', 'v', '--trust')
      await call.ended
      // On a terminal an error is told in words.
      expect(call.stdout()).toContain('✗')
      expect(call.stdout()).toMatch(/\| .*evil/u)
      expect(call.stdout()).toMatch(/x.*y\.js:2/u)
      expect(acting(call.stdout())).toEqual([])
    })

    test('of a folder that is none', async () => {
      const call = await onTerminal('run', join(await tempFolder('none'), HOSTILE_NAME))
      await eventually(call.stdout).toContain('✗')
      expect((await call.ended).code).not.toBe(0)
      expect(call.stdout()).toContain('owned')
      expect(acting(call.stdout())).toEqual([])
    })
  },
)
