import { execFile } from 'node:child_process'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Menu as ElectronMenu } from 'electron'
import { _electron, type ElectronApplication } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { version } from '../../package.json' with { type: 'json' }
import { root } from '../../main/root.ts'
import type { Ended } from '../support/command-line.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { registrationIs } from '../support/window.ts'

/** The sample's dependencies are installed over the network. */
const SLOW_MS = 10 * 60_000

const sample = join(root, 'examples', 'asset-transfer-typescript')
const isSource = (path: string) => !/[/\\](node_modules|dist|\.slipway)$/.test(path)

/** The installed program; SLIPWAY_INSTALLED names it, with the fuse open that lets Playwright in. */
async function startInstalled(settings: string, ...folders: string[]): Promise<ElectronApplication> {
  const electron = await _electron.launch({
    executablePath: process.env['SLIPWAY_INSTALLED'] ?? '',
    args: [`--user-data-dir=${settings}`, ...folders],
    env: { ...(process.env as Record<string, string>), SLIPWAY_SETTINGS: settings },
  })
  onTestFinished(() => electron.close())
  return electron
}

/** The installed `slipway`, as SLIPWAY_LAUNCHER names it; on Windows, cmd.exe runs it. */
function slipway(...args: string[]): Promise<Ended> {
  const launcher = process.env['SLIPWAY_LAUNCHER'] ?? ''
  const isCmd = process.platform === 'win32'
  return new Promise((settle) => {
    const child = execFile(isCmd ? `"${launcher}"` : launcher, args, { shell: isCmd }, (_error, stdout, stderr) => {
      settle({ code: child.exitCode, stdout, stderr })
    })
  })
}

needs('installed').describe('the installed app', () => {
  test('has a command of its own version', async () => {
    expect(await slipway('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    expect((await slipway('submit', '--no-such-flag')).code).toBe(2)
  })

  test('gets the bundled sample READY, and its command submits to it', { timeout: SLOW_MS }, async () => {
    const settings = await tempFolder('settings')
    const electron = await startInstalled(settings)
    const page = await electron.firstWindow()
    page.setDefaultTimeout(SLOW_MS)
    await page.waitForLoadState()
    expect(page.url()).toBe('app://slipway/')
    await electron.evaluate(({ Menu }: { Menu: typeof ElectronMenu }) => {
      const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? [])
      items?.find(({ label }) => label === 'Try the Sample')?.click()
    })
    await registrationIs(page, 'ready')
    const [opened = ''] = JSON.parse(await readFile(join(settings, 'recent-folders.json'), 'utf8')) as string[]
    const submitted = await slipway('submit', opened, 'CreateAsset', 'asset77', 'blue', '5', 'Tomoko', '400')
    expect(submitted).toMatchObject({ code: 0, stdout: expect.stringContaining('"validationCode":"VALID"') })
  })

  test('slipway open hands a folder to the window that is open', { timeout: SLOW_MS }, async () => {
    // The window that the command starts finds the first one by the place of its settings, which is the default one.
    const folder = join(await tempFolder('chaincode'), 'javascript')
    await cp(sample, folder, { recursive: true, filter: isSource })
    const electron = await _electron.launch({ executablePath: process.env['SLIPWAY_INSTALLED'] ?? '' })
    onTestFinished(() => electron.close())
    const page = await electron.firstWindow()
    page.setDefaultTimeout(SLOW_MS)
    await page.waitForLoadState()
    expect((await slipway('open', folder)).code).toBe(0)
    await registrationIs(page, 'ready')
  })
})

needs('installed', 'docker').describe('net mode, where Docker is', () => {
  test('the installed command submits', { timeout: SLOW_MS }, async () => {
    const folder = join(await tempFolder('chaincode'), 'sample')
    await cp(sample, folder, { recursive: true, filter: isSource })
    onTestFinished(async () => void (await slipway('clean', folder)))
    const submitted = await slipway('submit', folder, 'InitLedger', '--mode', 'net')
    expect(submitted).toMatchObject({ code: 0, stdout: expect.stringContaining('"validationCode":"VALID"') })
  })
})
