// @module-tag slow
import { execFile, spawn } from 'node:child_process'
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { version } from '../../package.json' with { type: 'json' }
import { root } from '../../main/root.ts'
import { buildDoors, type Ended } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { tempFolder } from '../support/temp.ts'

/**
 * An installation with the real launcher and the built main; its program is Node with an `electron` that has no screen
 * (packaged-program.mjs). The launcher is a shell script; Windows' is tried on Windows by the release workflow.
 */
async function install(): Promise<{ launcher: string; program: string; folder: string }> {
  const folder = join(await tempFolder('installed'), 'my apps – 安装')
  const [bin, program] = [join(folder, 'resources', 'bin'), join(folder, 'slipway')]
  await mkdir(bin, { recursive: true })
  await cp(join(root, 'build', 'bin', 'slipway'), join(bin, 'slipway'))
  const loader = pathToFileURL(join(root, 'test/support/packaged-program.mjs')).href
  const main = join(root, 'dist', 'electron.js')
  const script = `#!/bin/sh
SLIPWAY_TEST_PROGRAM='${program}' exec '${process.execPath}' --import '${loader}' '${main}' "$@"
`
  await writeFile(program, script, { mode: 0o755 })
  return { launcher: join(bin, 'slipway'), program, folder }
}

function run(program: string, args: string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((settle) => {
    const child = execFile(program, args, { env: { ...process.env, ...env } }, (_error, stdout, stderr) => {
      settle({ code: child.exitCode, stdout, stderr })
    })
  })
}

describe.skipIf(process.platform === 'win32')('the launcher of an installation, a shell script', () => {
  beforeAll(buildDoors)

  test('runs the command line of its own version, through links, with its exit codes', async () => {
    const { launcher, folder } = await install()
    await symlink(launcher, join(folder, 'link'))
    await symlink('link', join(folder, '-slipway'))
    for (const path of [launcher, join(folder, 'link'), join(folder, '-slipway')]) {
      expect(await run(path, ['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    }
    expect((await run(launcher, ['--help'])).stdout).toContain('completion <shell>')
    expect((await run(launcher, ['submit', '--no-such-flag'])).code).toBe(2)
    expect((await run(launcher, ['evaluate', join(folder, 'missing'), 'f'])).code).toBe(2)
  })

  test('says so where the program is gone', async () => {
    const { launcher, folder } = await install()
    await cp(join(folder, 'resources'), join(folder, 'moved', 'resources'), { recursive: true })
    expect(launcher).toContain(folder)
    expect(await run(join(folder, 'moved/resources/bin/slipway'), ['--version'])).toMatchObject({ code: 3, stdout: '' })
  })

  test('submits, and ends with 143 when it is told to', async () => {
    const { launcher } = await install()
    const chaincode = await fixture('javascript-contract')
    const args = ['evaluate', chaincode, 'org.hyperledger.fabric:GetMetadata', '--no-watch']
    expect(await run(launcher, args)).toMatchObject({ code: 0, stdout: expect.stringContaining('"status":200') })
    const child = spawn(launcher, ['run', chaincode, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.resume()
    const ended = new Promise((settle) => child.once('close', settle))
    onTestFinished(async () => {
      child.kill('SIGKILL')
      await ended
    })
    await eventually(() => output).toContain('"ready"')
    child.kill('SIGTERM')
    expect(await ended).toBe(143)
  })

  test('opens folders in the window, through the program, which hands them to the one that runs', async () => {
    const { launcher, folder } = await install()
    const chaincode = join(folder, 'chain code')
    await mkdir(chaincode)
    const handed = join(folder, 'handed.json')
    const env = { DISPLAY: ':0', SLIPWAY_TEST_HANDED: handed }
    expect(await run(launcher, ['open', chaincode, folder], env)).toEqual({ code: 0, stdout: '', stderr: '' })
    await eventually(() => readFile(handed, 'utf8').catch(() => '')).toBe(
      JSON.stringify({ folders: [chaincode, folder] }),
    )
  })

  test('opens no folder that is missing, and tells how to serve where no window can open', async () => {
    const { launcher, folder } = await install()
    expect((await run(launcher, ['open', join(folder, 'missing')], { DISPLAY: ':0' })).code).toBe(2)
    if (process.platform !== 'linux') return
    const blind = await run(launcher, ['open', folder], { DISPLAY: '', WAYLAND_DISPLAY: '' })
    expect(blind).toMatchObject({ code: 3, stderr: expect.stringContaining('slipway serve') })
  })
})
