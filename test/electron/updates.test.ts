// @module-tag slow
import { readFile, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import Module, { createRequire } from 'node:module'
import { join } from 'node:path'
import type { MessageBoxOptions } from 'electron'
import type * as ElectronUpdater from 'electron-updater'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { PeerError } from '../../core/contract/error.ts'
import { updaterOver } from '../../main/electron/electron-updater.ts'
import { updates, type Updater, type UpdateParts } from '../../main/electron/updates.ts'
import { startHost } from '../../main/host/host.ts'
import { updateSettings } from '../../main/host/update-settings.ts'
import { fixture } from '../support/fixtures.ts'
import { httpDouble } from '../support/http-double.ts'
import { tempFolder } from '../support/temp.ts'

/** A program that never ends. */
const running = new AbortController().signal

/** electron-updater itself; below it Electron's `net` is Node's, which sends what it is told to and nothing else. */
async function realUpdater(feed: string | undefined): Promise<{ updater: Updater; cache: string }> {
  const cache = await tempFolder('updates')
  vi.stubEnv('APPIMAGE', join(cache, 'Slipway.AppImage'))
  vi.stubEnv('XDG_CACHE_HOME', cache)
  vi.stubEnv('HOME', cache)
  vi.stubEnv('LOCALAPPDATA', cache)
  const app = Object.assign(new EventEmitter(), {
    isPackaged: true,
    whenReady: () => Promise.resolve(),
    getVersion: () => '1.2.3',
    getName: () => 'slipway',
    getPath: () => cache,
  })
  const net = {
    request: ({ session: _session, ...options }: RequestOptions & { session: unknown }) => httpRequest(options),
  }
  const library = requireWith({ app, net, session: { fromPartition: () => ({}) } })
  const updater = new library.AppImageUpdater()
  updater.updateConfigPath = join(cache, 'app-update.yml')
  if (feed !== undefined)
    await writeFile(
      join(cache, 'app-update.yml'),
      `provider: generic\nurl: ${feed}\nupdaterCacheDirName: slipway-updater\n`,
    )
  return { updater: updaterOver(updater), cache }
}

/** Require electron-updater with an `electron` of ours: CommonJS, so vi.mock doesn't reach it. */
function requireWith(electron: unknown): typeof ElectronUpdater {
  const loader = Module as unknown as { _load: (name: string, ...rest: unknown[]) => unknown }
  const load = loader._load
  loader._load = (name, ...rest) => (name === 'electron' ? electron : load(name, ...rest))
  onTestFinished(() => void (loader._load = load))
  return createRequire(import.meta.url)('electron-updater') as typeof ElectronUpdater
}

beforeEach(() => () => vi.unstubAllEnvs())

const program = Buffer.from('a newer Slipway')
const entry = (version: string) =>
  `version: ${version}
files:
  - url: Slipway-${version}.AppImage
    sha512: ${createHash('sha512').update(program).digest('base64')}
    size: ${program.length}
path: Slipway-${version}.AppImage
sha512: ${createHash('sha512').update(program).digest('base64')}
releaseDate: '2026-01-01T00:00:00.000Z'
`

/** A feed that names this version, and the requests it got. */
async function feedOf(answer: string, status = 200): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = []
  const address = await httpDouble((request, response) => {
    requests.push(request)
    const isFeed = request.url?.includes('.yml') === true
    response.writeHead(isFeed ? status : 200)
    response.end(isFeed ? answer : program)
  })
  return { url: `http://${address}`, requests }
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error: unknown) => PeerError.from(error).code,
  )

test('a newer version is found and downloaded; the requests tell nothing of who asks', async () => {
  const { url, requests } = await feedOf(entry('1.10.0'))
  const { updater, cache } = await realUpdater(url)
  expect(await updater.check()).toEqual({ version: '1.10.0', isNewer: true })
  expect(requests).toHaveLength(1)
  expect(requests[0]?.method).toBe('GET')
  expect(Object.keys(requests[0]?.headers ?? {}).sort()).toEqual(
    expect.arrayContaining(['host', 'user-agent', 'x-user-staging-id']),
  )
  expect(requests[0]?.headers['x-user-staging-id']).toBe('none')
  expect(requests[0]?.headers['user-agent']).toBe('electron-builder')
  expect(JSON.stringify(requests[0]?.headers)).not.toMatch(/1\.2\.3|[0-9a-f]{8}-[0-9a-f]{4}-/)
  await updater.download(running)
  expect(requests.map((request) => request.headers['x-user-staging-id'])).not.toContain(undefined)
  expect(new Set(requests.map((request) => request.headers['x-user-staging-id']))).toEqual(new Set(['none']))
  const downloaded = join(cache, 'slipway-updater', 'pending', 'Slipway-1.10.0.AppImage')
  if (process.platform === 'linux') expect(await readFile(downloaded)).toEqual(program)
})

test('a feed that names our version or an older one offers nothing', async () => {
  for (const version of ['1.2.3', '1.2.2', '0.9.0']) {
    const { updater } = await realUpdater((await feedOf(entry(version))).url)
    expect(await updater.check()).toEqual({ version, isNewer: false })
  }
})

test('an unreachable, a failing, a malformed and a missing feed are told apart', async () => {
  const { updater: unreachable } = await realUpdater('http://127.0.0.1:1')
  expect(await codeOf(unreachable.check())).toBe('UPDATE_UNREACHABLE')
  const { updater: failing } = await realUpdater((await feedOf('sorry', 503)).url)
  expect(await codeOf(failing.check())).toBe('UPDATE_UNREACHABLE')
  for (const answer of ['<html>Sign in</html>', 'version: [', '~', '', 'version: newest\nfiles: []']) {
    const { updater } = await realUpdater((await feedOf(answer)).url)
    expect([answer, await codeOf(updater.check())]).toEqual([answer, 'UPDATE_FEED_MALFORMED'])
  }
  const { updater: without } = await realUpdater(undefined)
  expect(await codeOf(without.check())).toBe('UPDATE_UNSUPPORTED')
})

test('a download whose checksum differs is not kept', async () => {
  const { updater } = await realUpdater((await feedOf(entry('1.10.0').replaceAll(/sha512: .*/g, 'sha512: AAAA'))).url)
  await updater.check()
  expect(await codeOf(updater.download(running))).toBe('UPDATE_FAILED')
})

/** Our part of the flow, over an updater that only records: what electron-updater installs is left to a release. */
async function flow(parts: Partial<UpdateParts> = {}, found = { version: '2.0.0', isNewer: true }) {
  const steps: string[] = []
  const boxes: MessageBoxOptions[] = []
  const errors: unknown[] = []
  const settings = updateSettings(join(await tempFolder('settings'), 'updates.json'))
  const step = (name: string) => async () => void steps.push(name)
  const flowing = updates({
    updater: () =>
      Promise.resolve({
        check: async () => (steps.push('check'), found),
        download: step('download'),
        install: () => void steps.push('install'),
      }),
    settings,
    version: '1.2.3',
    show: async (box) => (boxes.push(box), 0),
    showError: async (error) => void errors.push(PeerError.from(error).code),
    idle: step('idle'),
    close: step('close'),
    signal: running,
    ...parts,
  })
  return { ...flowing, steps, boxes, errors, settings }
}

test('nothing is asked at the start until the author turns it on', async () => {
  const { checkIfTurnedOn, steps, settings } = await flow({}, { version: '1.2.3', isNewer: false })
  await checkIfTurnedOn()
  expect(steps).toEqual([])
  await settings.turn(true)
  await checkIfTurnedOn()
  expect(steps).toEqual(['check'])
  await settings.turn(false)
  await checkIfTurnedOn()
  expect(steps).toEqual(['check'])
})

test('an update is downloaded, waits for an idle host, and is installed once the peer has ended', async () => {
  const { check, steps, errors } = await flow()
  await check()
  expect(steps).toEqual(['check', 'download', 'idle', 'close', 'install'])
  expect(errors).toEqual([])
})

test('“Later” downloads nothing', async () => {
  const { check, steps } = await flow({ show: () => Promise.resolve(1) })
  await check()
  expect(steps).toEqual(['check'])
})

test('asked by the author, an older feed and an error are told; at the start, they are not', async () => {
  const older = await flow({}, { version: '1.0.0', isNewer: false })
  await older.check()
  expect(older.boxes).toHaveLength(1)
  const failing = await flow({ updater: () => Promise.reject(new PeerError('UPDATE_UNREACHABLE', { message: 'no' })) })
  await failing.check()
  expect(failing.errors).toEqual(['UPDATE_UNREACHABLE'])
  await failing.settings.turn(true)
  await failing.checkIfTurnedOn()
  expect(failing.errors).toHaveLength(1)
})

test('a host is idle only once what it opens is open and the call under way has its result', async () => {
  await using host = startHost({ door: 'electron', prewarm: false, dataDir: await tempFolder('data') })
  const order: string[] = []
  const opened = host.open([{ folder: await fixture('javascript-contract') }]).then((names) => {
    order.push('opened')
    return names
  })
  await host.idle(running).then(() => order.push('idle'))
  expect(order).toEqual(['opened', 'idle'])
  const [name = ''] = await opened
  const call = host.api
    .submit({ chaincode: name, function: 'org.hyperledger.fabric:GetMetadata', args: [] })
    .then(() => order.push('called'))
  await host.idle(running).then(() => order.push('idle'))
  expect(order.slice(2)).toEqual(['called', 'idle'])
  await call
  const restarted = host.api.restart({ name })
  const stop = new AbortController()
  const waiting = codeOf(host.idle(stop.signal))
  stop.abort(new PeerError('ABORTED', { what: 'The update' }))
  expect(await waiting).toBe('ABORTED')
  await restarted
})

test('a damaged settings file turns nothing on', async () => {
  const file = join(await tempFolder('settings'), 'updates.json')
  for (const content of ['', '{', '{"automatic":"yes"}', 'null']) {
    await writeFile(file, content)
    expect(await updateSettings(file).isOn()).toBe(false)
  }
})
