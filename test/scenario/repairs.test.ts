// @module-tag slow
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { remediesOf } from '../../core/contract/remedies.ts'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { freePort } from '../support/free-port.ts'
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

/** A chaincode that connects to this port whatever it is told. */
async function stubborn(port: number): Promise<string> {
  const folder = await fixture('javascript-contract')
  const command = `exec node_modules/.bin/fabric-chaincode-node start --peer.address 127.0.0.1:${port} "$3" "$4"\n`
  await writeFile(join(folder, 'elsewhere.sh'), command)
  const manifest = join(folder, 'package.json')
  await writeFile(
    manifest,
    (await readFile(manifest, 'utf8')).replace('fabric-chaincode-node start', 'sh elsewhere.sh'),
  )
  return folder
}

/** A chaincode one of whose dependencies has native code that was installed on another system. */
async function installedElsewhere(): Promise<{ folder: string; native: string }> {
  const folder = await fixture('javascript-contract', 'installed')
  const prebuilds = join(import.meta.dirname, '../../node_modules/classic-level/prebuilds')
  const foreign = join(prebuilds, process.platform === 'darwin' ? 'linux-arm' : 'darwin-x64+arm64')
  const [name = ''] = await readdir(foreign)
  const dependency = join(folder, 'node_modules/fabric-contract-api')
  const native = join(dependency, 'native.node')
  await cp(join(foreign, name), native)
  const index = join(dependency, 'index.js')
  const source = await readFile(index, 'utf8')
  // Other copies of the fixture share the file.
  await rm(index)
  await writeFile(index, `require('./native.node')\n${source}`)
  return { folder, native }
}

const onPosix = process.platform === 'win32' ? test.skip : test
onPosix('a chaincode that dials a port of its own is heard there, if nobody else is', async () => {
  const port = await freePort()
  const peer = await testPeer()
  const chaincode = await openFolder(peer, { folder: await stubborn(port), watch: false })
  const { error } = await chaincode.failed(1)
  if (error === undefined) throw new Error('it has no error')
  expect(remediesOf(error)).toEqual([{ kind: 'use-port', port }, { kind: 'start-again' }])
  const use = (wanted: number) => codeOf(peer.api.usePort({ name: chaincode.name, port: wanted }))
  expect(await use(80)).toBe('ARGUMENT_INVALID')
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  expect(await use((other.address() as AddressInfo).port)).toBe('PORT_UNAVAILABLE')
  await new Promise((closed) => other.close(closed))

  await peer.api.usePort({ name: chaincode.name, port })
  await chaincode.ready()
  expect(await chaincode.evaluate('Version')).toBe('VERSION_MARK_1')
  // Also the next time it is launched, and without a word where it is used already.
  await peer.api.usePort({ name: chaincode.name, port })
  expect(await chaincode.evaluate('Version')).toBe('VERSION_MARK_1')
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

  const inChromium = process.platform === 'win32' ? test.skip : needs('chromium').test
  inChromium('a chaincode that dials a port of its own: a click, and it is heard there', async () => {
    const port = await freePort()
    const page = await openWindow(browser, await stubborn(port))
    await page.getByRole('button', { name: `Use port ${port}` }).click()
    await registrationIs(page, 'ready')
  })

  needs('chromium').test('a server that nobody said to be one: a click says so, and it is served', async () => {
    const folder = await fixture('javascript-server', 'installed')
    await writeFile(join(folder, 'slipway.yaml'), 'peer: { startuptimeout: 4s }\n')
    const page = await openWindow(browser, folder)
    await page.getByRole('button', { name: 'Set server: 127.0.0.1:9999' }).click()
    await registrationIs(page, 'ready')
    expect(await readFile(join(folder, 'slipway.yaml'), 'utf8')).toContain('server: 127.0.0.1:9999')
  })

  needs('chromium').test('native code for another system: a click installs the dependencies again', async () => {
    const { folder, native } = await installedElsewhere()
    const page = await openWindow(browser, folder)
    await page.getByRole('button', { name: 'Reinstall dependencies' }).click()
    await registrationIs(page, 'ready')
    expect(existsSync(native)).toBe(false)
  })
})
