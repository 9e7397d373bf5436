import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startPeer } from '../../core/index.ts'
import { eventually } from '../support/eventually.ts'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { startApp } from '../support/electron-app.ts'
import { app, double, type BrowserWindow } from '../support/electron-double.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { registrationIs } from '../support/window.ts'
import { tempFolder } from '../support/temp.ts'

vi.mock('electron', () => import('../support/electron-double.ts'))

type Message = Record<string, unknown>

/** Speak through what the preload exposed, as the page does; answers the first message that `wanted` describes. */
async function speak(shown: BrowserWindow, messages: Message[], wanted: Message): Promise<Message> {
  const page = await shown.page
  return page.evaluate(
    ([toSend, expected]) =>
      new Promise<Message>((settle) => {
        const port = window.slipway as { post(m: unknown): void; onMessage(heard: (m: unknown) => void): () => void }
        const stop = port.onMessage((heard) => {
          const message = heard as Message
          if (!Object.entries(expected).every(([key, value]) => message[key] === value)) return
          stop()
          settle(message)
        })
        for (const message of toSend) port.post(message)
      }),
    [messages, wanted] as [Message[], Message],
  )
}

const call = (i: string, name: string, args: unknown): Message => ({ t: 'q', i, m: 'call', a: [Number(i), name, args] })

needs('chromium').describe('the window', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  async function openedWindow(...folders: string[]): Promise<BrowserWindow> {
    double.reset(browser)
    await startApp(folders)
    return double.window()
  }

  test('is shut off from Node and from the system', async () => {
    const shown = await openedWindow()
    expect(shown.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
    })
    const page = await shown.page
    expect(await page.evaluate(() => Object.keys(window.slipway ?? {}))).toEqual(['post', 'onMessage'])
    expect(await page.evaluate(() => [typeof require, typeof process, typeof module])).toEqual(
      Array(3).fill('undefined'),
    )
  })

  test('shows our page under the strict policy, and asks nothing of any other place', async () => {
    const shown = await openedWindow()
    const page = await shown.page
    expect(await page.title()).toBe('Slipway')
    const response = await double.appHandler?.(new Request('app://slipway/'))
    expect(response?.headers.get('content-security-policy')).toContain("connect-src 'none'")
    const ran = await page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'window.ran = true'
      document.body.append(script)
      return 'ran' in window
    })
    expect(ran).toBe(false)
    expect(double.requestedElsewhere).toEqual([])
  })

  test.each([
    'app://slipway/../package.json',
    'app://slipway/%2e%2e/package.json',
    'app://other/',
    'app://slipway/nothing',
  ])('has nothing at %s', async (address) => {
    await openedWindow()
    const response = await double.appHandler?.(new Request(address))
    expect(response?.status).toBe(404)
  })

  test('calls the host through the preload script', async () => {
    const folder = await tempFolder('listed')
    await mkdir(join(folder, 'inside'))
    const shown = await openedWindow()
    const answer = await speak(shown, [call('901', 'listFolders', { folder })], { t: 's', i: '901' })
    expect(answer['r']).toMatchObject({ ok: true, value: { folders: [{ name: 'inside' }] } })
  })

  test('is told a snapshot when it listens', async () => {
    const shown = await openedWindow()
    const news = await speak(shown, [{ t: 'q', i: '902', m: 'listen', a: [] }], { t: 'q', m: 'news' })
    expect(news['a']).toMatchObject([{ type: 'snapshot', host: { door: 'electron' } }])
  })

  test('speaks with its host again after a reload', async () => {
    const shown = await openedWindow()
    await shown.reload()
    const answer = await speak(shown, [call('903', 'recentFolders', {})], { t: 's', i: '903' })
    expect(answer['r']).toEqual({ ok: true, value: [] })
  })

  test('is not led away', async () => {
    const shown = await openedWindow()
    const page = await shown.page
    const visited: string[] = []
    page.on('framenavigated', (frame) => visited.push(frame.url()))
    const go = (target: string) =>
      page.evaluate((to) => {
        location.href = to
      }, target)
    for (const target of ['https://evil.example/', 'file:///etc/passwd', 'data:text/html,x', 'http://127.0.0.1:1/']) {
      // The window refuses the request, or Chromium refuses the scheme on the console.
      const refused = new Promise<void>((settle) => {
        page.once('requestfailed', () => settle())
        page.once('console', () => settle())
      })
      await go(target)
      await refused
    }
    // Our own page can still be reached, and is the first that was.
    const own = new URL('?own', page.url()).href
    await go(own)
    await page.waitForURL(own)
    expect(visited).toEqual([own])
    expect(double.requestedElsewhere).toEqual([])
  })

  test('opens no other window, and only listed sites outside', async () => {
    const shown = await openedWindow()
    const page = await shown.page
    const listed = 'https://hyperledger-fabric.readthedocs.io/en/latest/'
    for (const target of [listed, 'https://evil.example/', 'http://nodejs.org/', 'https://nodejs.org@evil.example/']) {
      await page.evaluate((to) => void globalThis.open(to), target)
    }
    await eventually(() => double.openedOutside).toEqual([listed])
    await eventually(() => page.context().pages().length).toBe(1)
  })

  test('is granted the clipboard and nothing else', async () => {
    const shown = await openedWindow()
    const { session } = shown.webContents
    expect(await session.permissionOf('clipboard-sanitized-write')).toEqual({ requested: true, checked: true })
    for (const permission of ['geolocation', 'media', 'notifications', 'clipboard-read', 'openExternal']) {
      expect(await session.permissionOf(permission)).toEqual({ requested: false, checked: false })
    }
  })

  test('does not hear a frame that is not our page', async () => {
    const shown = await openedWindow()
    const { ipc } = shown.webContents
    const sent: unknown[] = []
    const send = shown.webContents.send.bind(shown.webContents)
    shown.webContents.send = (channel, message) => {
      sent.push(message)
      send(channel, message)
    }
    const foreign = [
      { url: 'https://evil.example/', parent: null },
      { url: 'app://other/', parent: null },
      { url: 'app://slipway.evil.example/', parent: null },
      { url: 'file:///tmp/page.html', parent: null },
      { url: 'app://slipway/', parent: {} },
    ]
    for (const senderFrame of [...foreign, null]) ipc.emit('wire', { senderFrame }, call('904', 'recentFolders', {}))
    await speak(shown, [call('905', 'recentFolders', {})], { t: 's', i: '905' })
    expect(sent.filter((message) => (message as Message)['i'] === '904')).toEqual([])
  })

  test('does not hear a frame inside our page', async () => {
    const shown = await openedWindow()
    const page = await shown.page
    await page.evaluate(() => document.body.append(document.createElement('iframe')))
    await eventually(() => page.frames().length).toBe(2)
    const folder = await tempFolder('untouched')
    const inner = page.frames().at(-1)
    await page.evaluate(() => {
      const answers: unknown[] = []
      const port = window.slipway as { onMessage(heard: (m: unknown) => void): () => void }
      port.onMessage((heard) => answers.push((heard as { i?: unknown }).i))
      Object.assign(window, { answers })
    })
    await inner?.evaluate(
      (message) => {
        ;(window as unknown as { __send(channel: string, message: unknown): void }).__send('wire', message)
      },
      call('906', 'listFolders', { folder }),
    )
    await speak(shown, [call('907', 'recentFolders', {})], { t: 's', i: '907' })
    const answers = await page.evaluate(() => (window as unknown as { answers: unknown[] }).answers)
    expect(answers).toContain('907')
    expect(answers).not.toContain('906')
  })

  test('remembers where it was', async () => {
    const shown = await openedWindow()
    const settings = process.env['SLIPWAY_SETTINGS'] ?? ''
    shown.close()
    await double.exited
    expect(JSON.parse(await readFile(join(settings, 'window.json'), 'utf8'))).toMatchObject({
      width: 1200,
      height: 800,
    })
  })

  test('tells a folder that cannot be opened in three parts, and stays', async () => {
    const folder = await tempFolder('empty')
    const shown = await openedWindow(folder)
    await eventually(() => double.shownBoxes).toHaveLength(1)
    expect(double.shownBoxes[0]?.message).toContain(folder)
    const answer = await speak(shown, [call('908', 'readNamespaces', { channel: 'c' })], { t: 's', i: '908' })
    expect(answer['r']).toMatchObject({ ok: false, error: { code: 'FOLDER_EMPTY' } })
  })

  test('chooses a folder in a native dialog', async () => {
    const shown = await openedWindow()
    const ask = async (i: string) => (await speak(shown, [call(i, 'chooseFolder', {})], { t: 's', i }))['r']
    expect(await ask('909')).toEqual({ ok: true })
    double.chosenFolder = '/chosen'
    expect(await ask('910')).toEqual({ ok: true, value: { folder: '/chosen' } })
  })

  test('launches the chaincode it was started with, and shows it', async () => {
    const folder = await fixture('javascript-contract')
    const shown = await openedWindow(folder)
    const page = await shown.page
    await eventually(() => page.getByText('javascript-contract').count()).toBeGreaterThan(0)
    await page
      .getByText(/\bready\b/i)
      .first()
      .waitFor()
    const args = { chaincode: 'javascript-contract', function: 'Put', args: ['k', 'v'] }
    const answer = await speak(shown, [call('920', 'submit', args)], { t: 's', i: '920' })
    expect(answer['r']).toMatchObject({ ok: true, value: { status: 200, validationCode: 'VALID' } })
  })

  test('cancels a call under way', async () => {
    const folder = await fixture('javascript-contract')
    const shown = await openedWindow(folder)
    const args = { chaincode: 'javascript-contract', function: 'Increment', args: ['n', '30000'] }
    const cancel = { t: 'q', i: '922', m: 'cancel', a: [921] }
    // Before it is open, the call would be of a chaincode that nobody knows.
    await registrationIs(await shown.page, 'ready')
    const answer = await speak(shown, [call('921', 'submit', args), cancel], { t: 's', i: '921' })
    expect(answer['r']).toMatchObject({ ok: false, error: { code: 'ABORTED' } })
  })

  test('opens another folder from the menu, and the peer before it is gone', async () => {
    const [first, second] = [await fixture('javascript-contract'), await fixture('javascript-contract')]
    await openedWindow(first)
    const peerFileOf = (folder: string) => existsSync(join(folder, '.slipway', 'peer.json'))
    await eventually(() => peerFileOf(first)).toBe(true)
    double.chosenFolder = second
    double.clickMenu('Open Chaincode Folder…')
    await eventually(() => peerFileOf(second) && !peerFileOf(first)).toBe(true)
  })

  test('quitting ends the peer and its processes', async () => {
    const folder = await fixture('javascript-contract')
    const shown = await openedWindow(folder)
    await registrationIs(await shown.page, 'ready')
    app.quit()
    expect(await double.exited).toBe(0)
    expect(existsSync(join(folder, '.slipway', 'peer.json'))).toBe(false)
    // Another peer may open the ledger now: the first has let go of it.
    const peer = await startPeer({ dataDir: join(folder, '.slipway'), chaincodeListenAddress: '127.0.0.1:0' })
    await peer.close()
  })

  test('in a clone, says that neither its command nor its updates come from an installer', async () => {
    await openedWindow()
    double.clickMenu('Install the slipway Command')
    await eventually(() => double.shownBoxes.length).toBe(1)
    double.clickMenu('Check for Updates…')
    await eventually(() => double.shownBoxes.map(({ type }) => type)).toEqual(['error', 'error'])
  })

  test('quits when it is closed', async () => {
    const shown = await openedWindow()
    shown.close()
    expect(await double.exited).toBe(0)
  })

  test('a second start hands over its folders and leaves', async () => {
    double.reset(browser)
    double.isFirstInstance = false
    const folder = await tempFolder('second')
    await startApp([folder])
    expect(await double.exited).toBe(0)
    expect(double.lockData).toEqual({ folders: [folder] })
    expect(double.windows).toEqual([])
  })

  test('comes to the front when a second one is started', async () => {
    const shown = await openedWindow()
    const folder = await tempFolder('other')
    await writeFile(join(folder, 'notes.txt'), 'not a chaincode')
    app.emit('second-instance', {}, [], '', { folders: [folder] })
    expect(shown.focused).toBe(1)
    await eventually(() => double.shownBoxes).toHaveLength(1)
  })
})
