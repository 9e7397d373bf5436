// @module-tag slow
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { openWindow, registrationIs } from '../support/window.ts'
import { codeOf, openFixture, openFolder } from './author.ts'

test('dependencies are installed from nothing, and put back if that fails', async () => {
  const peer = await testPeer()
  const chaincode = await openFixture(peer, 'javascript-contract', { watch: false })
  const broken = join(chaincode.folder, 'node_modules', 'fabric-shim', 'broken')
  await writeFile(broken, '')
  await peer.api.reinstall({ name: chaincode.name })
  await chaincode.ready()
  expect(existsSync(broken)).toBe(false)
  expect(await chaincode.evaluate('Version')).toBe('VERSION_MARK_1')

  await writeFile(broken, '')
  await writeFile(join(chaincode.folder, '.npmrc'), 'registry=http://127.0.0.1:9/\ncache=.npm-cache\nfetch-retries=0\n')
  expect(await codeOf(peer.api.reinstall({ name: chaincode.name }))).toBe('INSTALL_FAILED')
  expect(existsSync(broken)).toBe(true)
  expect(existsSync(join(chaincode.folder, '.slipway', 'node_modules-before'))).toBe(false)
})

test('a server is written into slipway.yaml, whose other lines stay, and only one of this machine', async () => {
  const peer = await testPeer()
  const folder = await fixture('javascript-server', 'installed')
  const yaml = join(folder, 'slipway.yaml')
  await writeFile(yaml, '# mine\nname: served # its name\n')
  const chaincode = await openFolder(peer, { folder, watch: false, launch: false })
  expect(await codeOf(peer.api.setServer({ name: 'served', server: 'example.com:9999' }))).toBe('ARGUMENT_INVALID')
  await peer.api.setServer({ name: 'served', server: '127.0.0.1:9999' })
  expect(await readFile(yaml, 'utf8')).toBe('# mine\nname: served # its name\nserver: 127.0.0.1:9999\n')
  await chaincode.ready()
  expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
})

needs('chromium').describe('in the window', () => {
  let browser: Browser
  beforeAll(async () => {
    buildDoors()
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  needs('chromium').test('a server that nobody said to be one: a click says so, and it is served', async () => {
    const folder = await fixture('javascript-server', 'installed')
    await writeFile(join(folder, 'slipway.yaml'), 'peer: { startuptimeout: 4s }\n')
    const page = await openWindow(browser, folder)
    await page.getByRole('button', { name: 'Set server: 127.0.0.1:9999' }).click()
    await registrationIs(page, 'ready')
    expect(await readFile(join(folder, 'slipway.yaml'), 'utf8')).toContain('server: 127.0.0.1:9999')
  })
})
