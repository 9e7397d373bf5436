// @module-tag slow
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readPeerFile } from '../../main/host/peer-file.ts'
import { buildDoors, slipway, started, startSlipway, type Started } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { isAlive } from '../support/is-alive.ts'
import { needs, STRANGER } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'

beforeAll(buildDoors)

/** `slipway run` on a chaincode that is ready, which a signal makes do something. */
async function running(onSignal: string, env: Record<string, string>): Promise<{ run: Started; folder: string }> {
  const fault = join(await tempFolder('fault'), 'fault.mjs')
  // The chaincode is a Node process too; only Slipway is sent the signal.
  await writeFile(fault, `process.on('SIGUSR2', () => { ${onSignal} })\n`)
  const folder = await fixture('javascript-contract')
  const run = startSlipway(['run', folder], { NODE_OPTIONS: `--import=${fault}`, ...env })
  await run.says('build 1 serves')
  return { run, folder }
}

/** The process of the chaincode, as the peer wrote it down. */
async function chaincodePid(folder: string): Promise<number> {
  const processes = JSON.parse(await readFile(join(folder, '.slipway', 'processes.json'), 'utf8')) as { pid: number }[]
  return processes[0]?.pid ?? 0
}

describe.skipIf(process.platform === 'win32')('a fault that nothing handles', () => {
  test.each([
    ['uncaughtException', "throw new Error('boom', { cause: new Error('deeper') })"],
    ['unhandledRejection', "void Promise.reject(new Error('boom', { cause: new Error('deeper') }))"],
  ])('%s: ends the chaincode, writes a report and says where', async (kind, onSignal) => {
    const settings = await tempFolder('settings')
    const { run, folder } = await running(onSignal, { SLIPWAY_SETTINGS: settings })
    const pid = await chaincodePid(folder)
    expect(isAlive(pid)).toBe(true)
    run.child.kill('SIGUSR2')
    const { code, stderr } = await run.ended
    expect(code).toBe(3)
    const [name = ''] = await readdir(join(settings, 'crashes'))
    expect(stderr).toContain(join(settings, 'crashes', name))
    const report = await readFile(join(settings, 'crashes', name), 'utf8')
    expect(report).toContain(`${kind}: Error: boom`)
    expect(report).toContain('caused by: Error: deeper')
    expect(isAlive(pid)).toBe(false)
    expect(await readPeerFile(join(folder, '.slipway'))).toBeUndefined()
  })

  test('where nothing can be written to the settings, the report is in a temporary folder', async () => {
    const [file, temp] = [join(await tempFolder('settings'), 'file'), await tempFolder('tmp')]
    await writeFile(file, '')
    const { run } = await running("throw new Error('boom')", { SLIPWAY_SETTINGS: file, TMPDIR: temp })
    run.child.kill('SIGUSR2')
    const { stderr } = await run.ended
    const report = (await readdir(temp)).find((name) => name.startsWith('slipway-crash-')) ?? 'none'
    expect(stderr).toContain(join(temp, report))
  })
})

describe('a home where nothing can be written', () => {
  /** Nothing can be created in a file; permissions don't stop root. */
  const noFolder = async (): Promise<string> => {
    const home = join(await tempFolder('home'), 'file')
    await writeFile(home, '')
    return home
  }

  test('the page works, and one line says that settings are not kept', async () => {
    const home = await noFolder()
    const folder = await fixture('javascript-contract')
    const env = { HOME: home, XDG_CONFIG_HOME: '', APPDATA: home, SLIPWAY_SETTINGS: '' }
    const serve = startSlipway(['serve', '--no-open', folder], env)
    await serve.says(/"address":/)
    await eventually(() => existsSync(join(folder, '.slipway', 'peer.json'))).toBe(true)
    expect((await slipway('evaluate', folder, 'Version')).code).toBe(0)
    expect(serve.stderr().split('SLIPWAY_SETTINGS')).toHaveLength(2)
  })

  test.skipIf(process.platform === 'win32')('without any home: as usual', async () => {
    const folder = await fixture('javascript-contract')
    const submit = startSlipway(['submit', folder, 'Put', 'k', 'v'], { HOME: '' })
    expect((await submit.ended).code).toBe(0)
  })

  needs('userns').test('without any home, by a user whom the system does not know: as usual', async () => {
    const folder = await fixture('javascript-contract', 'installed')
    const script = `unset HOME; exec "$0" main/slipway.mjs submit "$1" Put k v`
    const args = [...STRANGER, '/bin/sh', '-c', script, process.execPath, folder]
    const submit = started('unshare', args, { XDG_CACHE_HOME: '', XDG_CONFIG_HOME: '', SLIPWAY_SETTINGS: '' })
    expect(await submit.ended).toMatchObject({ code: 0 })
  })
})

test('only the newest crash reports are kept', async () => {
  const { writeCrashReport } = await import('../../main/host/crash-report.ts')
  const settings = await tempFolder('settings')
  await mkdir(join(settings, 'crashes'))
  for (let n = 10; n < 40; n++) await writeFile(join(settings, 'crashes', `2020-01-01T00-00-${n}.000Z-1.txt`), '')
  const before = process.env['SLIPWAY_SETTINGS']
  process.env['SLIPWAY_SETTINGS'] = settings
  const file = writeCrashReport('uncaughtException', 'not even an error')
  if (before === undefined) delete process.env['SLIPWAY_SETTINGS']
  else process.env['SLIPWAY_SETTINGS'] = before
  const left = await readdir(join(settings, 'crashes'))
  expect(left).toHaveLength(20)
  expect(await readFile(file ?? '', 'utf8')).toContain('not even an error')
})
