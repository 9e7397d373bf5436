import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startPeer, type Peer } from '../../core/index.ts'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { startApp } from '../support/electron-app.ts'
import { app, double, type BrowserWindow } from '../support/electron-double.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { needs } from '../support/require.ts'
import { registrationIs } from '../support/window.ts'

vi.mock('electron', () => import('../support/electron-double.ts'))

const CHAINCODE = 'javascript-contract'

/** A peer on what the app left behind. */
async function reopened(folder: string): Promise<Peer> {
  return startPeer({ dataDir: join(folder, '.slipway'), chaincodeListenAddress: '127.0.0.1:0' })
}

/** Submit keys `k1`, `k2`… all at once through the window's wire; the keys whose commit the window was told. */
function submitMany(shown: BrowserWindow, count: number): () => string[] {
  const told: string[] = []
  const { webContents } = shown
  const send = webContents.send.bind(webContents)
  webContents.send = (channel, message) => {
    const { i, r } = message as { i?: string; r?: { ok: boolean; value?: { validationCode?: string } } }
    if (i?.startsWith('5000') === true && r?.value?.validationCode === 'VALID') told.push(`k${i.slice(4)}`)
    send(channel, message)
  }
  for (let n = 1; n <= count; n++) {
    const args = { chaincode: CHAINCODE, function: 'Put', args: [`k${n}`, 'v'] }
    const message = { t: 'q', i: `5000${n}`, m: 'call', a: [50_000_000 + n, 'submit', args] }
    webContents.ipc.emit('wire', { senderFrame: { url: 'app://slipway/', parent: null } }, message)
  }
  return () => told
}

needs('chromium').describe('quitting', () => {
  let browser: Browser

  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  async function openedWindow(folder: string): Promise<BrowserWindow> {
    double.reset(browser)
    await startApp([folder])
    return double.window()
  }

  test('in the middle of commits keeps every transaction that the author was told of', async () => {
    const folder = await fixture(CHAINCODE)
    const shown = await openedWindow(folder)
    await registrationIs(await shown.page, 'ready')
    const told = submitMany(shown, 200)
    await eventually(() => told().length).toBeGreaterThan(10)
    app.quit()
    expect(await double.exited).toBe(0)
    const keys = told()
    expect(keys.length).toBeLessThan(200)
    const peer = await reopened(folder)
    const { entries } = await peer.api.readState({ channel: 'mychannel', namespace: CHAINCODE, limit: 1000 })
    expect(entries.map(({ key }) => key)).toEqual(expect.arrayContaining(keys))
    await peer.close()
  })

  test.skipIf(process.platform === 'win32')(
    'in the middle of a build ends the build and keeps the ledger',
    async () => {
      const folder = await fixture(CHAINCODE)
      await commitOne(folder)
      const mark = join(folder, 'building')
      await writeFile(join(folder, 'slipway.yaml'), `build: sh -c "echo $$ > '${mark}'; sleep 654321"\n`)
      const page = await (await openedWindow(folder)).page
      await page.getByRole('button', { name: 'Trust and open' }).click()
      await eventually(() => existsSync(mark) && readFileSync(mark, 'utf8') !== '').toBe(true)
      app.quit()
      expect(await double.exited).toBe(0)
      const running = execFileSync('ps', ['-A', '-o', 'stat=,args='], { encoding: 'utf8' }).split('\n')
      expect(running.filter((line) => line.includes('sleep 654321') && !line.startsWith('Z'))).toEqual([])
      const peer = await reopened(folder)
      const { entries } = await peer.api.readState({ channel: 'mychannel', namespace: CHAINCODE, limit: 10 })
      expect(entries.map(({ key }) => key)).toEqual(['before'])
      await peer.close()
    },
  )
})

/** A ledger with one key, from an earlier run. */
async function commitOne(folder: string): Promise<void> {
  const peer = await reopened(folder)
  await peer.api.openChaincode({ folder })
  await peer.api.submit({ chaincode: CHAINCODE, function: 'Put', args: ['before', 'v'] })
  await peer.close()
}
