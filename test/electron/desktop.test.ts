import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { startApp } from '../support/electron-app.ts'
import { double } from '../support/electron-double.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { registrationIs } from '../support/window.ts'

vi.mock('electron', () => import('../support/electron-double.ts'))

interface Desktop {
  home: string
  /** What the login shell adds to the PATH. */
  bin: string
  /** Arguments of the `node` there, a line for each process. */
  ran(): string
}

/**
 * The surroundings of an app that the desktop started: a PATH without node, and a home whose login shell adds a folder
 * to it, as nvm does, with a `node` that writes down what it runs.
 */
async function desktop(): Promise<Desktop> {
  const home = await tempFolder('home')
  const [bin, log, shell] = [join(home, 'nvm', 'bin'), join(home, 'ran.txt'), join(home, 'shell')]
  const own = Object.keys(process.env)
  await mkdir(bin, { recursive: true })
  await program(join(bin, 'node'), `echo "$@" >> '${log}'; exec '${process.execPath}' "$@"`)
  await program(shell, `echo 'Welcome back!'; export NVM_BIN='${bin}' PATH="${bin}:$PATH"; exec /bin/sh -c "$2"`)
  onTestFinished(() => {
    // Not by assignment, which would leave the word undefined.
    for (const name of Object.keys(process.env)) if (!own.includes(name)) Reflect.deleteProperty(process.env, name)
  })
  vi.stubEnv('HOME', home)
  vi.stubEnv('SHELL', shell)
  vi.stubEnv('PATH', await pathWithoutNode(join(home, 'bin')))
  vi.stubEnv('ELECTRON_RUN_AS_NODE', '1')
  return { home, bin, ran: () => (existsSync(log) ? readFileSync(log, 'utf8') : '') }
}

async function program(file: string, text: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\n${text}\n`)
  await chmod(file, 0o755)
}

/** Every program of this machine's PATH but Node's own. */
async function pathWithoutNode(folder: string): Promise<string> {
  const left = new Set(['node', 'nodejs', 'npm', 'npx', 'corepack'])
  await mkdir(folder)
  for (const from of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of await readdir(from).catch(() => [])) {
      if (left.has(name)) continue
      left.add(name)
      await symlink(join(from, name), join(folder, name))
    }
  }
  return folder
}

needs('chromium').describe('the app, started by the desktop', () => {
  if (process.platform === 'win32') return test.skip('Windows has one environment for all programs')
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  async function openedPage(...folders: string[]): Promise<Page> {
    double.reset(browser)
    await startApp(folders, { isPackaged: true })
    return (await double.window()).page
  }

  test("runs chaincode, and what is warmed for its next start, on the user's own Node", async () => {
    const { ran, bin } = await desktop()
    await registrationIs(await openedPage(await fixture('javascript-contract')), 'ready')
    await eventually(ran).toMatch(/warm-start\.cjs/)
    expect(ran()).toMatch(/^(?!.*warm-start).*--peer\.address/m)
    expect(process.env['NVM_BIN']).toBe(bin)
  })

  test('starts all the same if the shell fails, and says so in the log', async () => {
    const { home, bin } = await desktop()
    await program(join(home, 'shell'), 'exit 3')
    vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`)
    const page = await openedPage(await fixture('javascript-contract'))
    await registrationIs(page, 'ready')
    await page.getByText(`${home}/shell`, { exact: false }).first().waitFor()
  })

  test('keeps the environment of the terminal it was started from', async () => {
    const { home } = await desktop()
    await program(join(home, 'shell'), `touch '${home}/asked'`)
    vi.stubEnv('SLIPWAY_TERMINAL', '1')
    await openedPage()
    expect(existsSync(join(home, 'asked'))).toBe(false)
  })

  needs('go').test('runs Go chaincode without any Node', async () => {
    const { home } = await desktop()
    await program(join(home, 'shell'), 'exec /bin/sh -c "$2"')
    const [modules = '', builds = ''] = execFileSync('go', ['env', 'GOMODCACHE', 'GOCACHE'], {
      env: { ...process.env, HOME: userHome },
      encoding: 'utf8',
    }).split('\n')
    vi.stubEnv('GOMODCACHE', modules)
    vi.stubEnv('GOCACHE', builds)
    await registrationIs(await openedPage(await fixture('feature-go')), 'ready')
    expect((process.env['PATH'] ?? '').includes('nvm')).toBe(false)
  })
})

const userHome = process.env['HOME']
