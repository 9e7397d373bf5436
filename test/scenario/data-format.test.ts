// @module-tag slow
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { offlineIdentities, startPeer, VERSION, type Peer } from '../../core/index.ts'
import { tempFolder } from '../support/temp.ts'
import { codeOf } from './author.ts'

const settings = (dataDir: string) => ({ dataDir, chaincodeListenAddress: '127.0.0.1:0', prewarm: false })
const formatOf = async (dataDir: string): Promise<unknown> =>
  JSON.parse(await readFile(join(dataDir, 'format.json'), 'utf8'))
const current = { format: 1, slipway: VERSION }

/** Data as Slipway wrote it before there was a format file, with a block and an identity. */
async function olderData(): Promise<string> {
  const dataDir = join(await tempFolder('older'), '.slipway')
  const peer = await startPeer(settings(dataDir))
  await peer.api.issueIdentity({ name: 'alice', mspId: 'Org1MSP' })
  await peer.close()
  await rm(join(dataDir, 'format.json'))
  await mkdir(join(dataDir, 'builds'))
  await writeFile(join(dataDir, 'builds', 'large'), 'is built again')
  return dataDir
}

/** Every file of a folder, with its content and time. */
async function contentOf(folder: string): Promise<string[]> {
  const names = (await readdir(folder, { recursive: true })).sort()
  return Promise.all(
    names.map(async (name) => {
      const info = await stat(join(folder, name))
      const content = info.isDirectory() ? '' : await readFile(join(folder, name), 'latin1')
      return `${name} ${info.mtimeMs} ${content}`
    }),
  )
}

async function identityNames(peer: Peer): Promise<string[]> {
  return (await peer.api.readIdentities({})).flatMap(({ identities }) => identities.map(({ name }) => name))
}

async function peerLog(peer: Peer): Promise<string> {
  const { lines } = await peer.api.readLogs({ filter: { sources: ['peer'] }, from: 0, limit: 100 })
  return lines.map(({ text }) => text).join('\n')
}

test('new data names its format and the Slipway that wrote it', async () => {
  const dataDir = await tempFolder('new')
  await (await startPeer(settings(dataDir))).close()
  expect(await formatOf(dataDir)).toEqual(current)
  expect(existsSync(join(dataDir, 'before'))).toBe(false)
})

test('data of an older Slipway is migrated once, and a copy of it stays', async () => {
  const dataDir = await olderData()
  const peer = await startPeer(settings(dataDir))
  const copy = join(dataDir, 'before', 'format-0')
  expect(await peerLog(peer)).toContain(copy)
  expect(await identityNames(peer)).toContain('alice')
  await peer.close()
  expect(await formatOf(dataDir)).toEqual(current)
  expect(await readdir(copy)).toEqual(expect.arrayContaining(['ledger', 'msp']))
  expect(await readdir(copy)).not.toContain('builds')

  const next = await startPeer(settings(dataDir))
  expect(await peerLog(next)).not.toContain(copy)
  await next.close()

  // The copy is data that the older Slipway could open: so can this one, as older data again.
  const again = await startPeer(settings(copy))
  expect(await identityNames(again)).toContain('alice')
  await again.close()
})

test('an interrupted migration starts over and keeps the first copy', async () => {
  const dataDir = await olderData()
  const copy = join(dataDir, 'before', 'format-0')
  await mkdir(join(dataDir, 'before', 'format-0.partial', 'ledger'), { recursive: true })
  await (await startPeer(settings(dataDir))).close()
  expect(await readdir(join(dataDir, 'before'))).toEqual(['format-0'])
  const first = await contentOf(copy)
  await rm(join(dataDir, 'format.json'))
  await (await startPeer(settings(dataDir))).close()
  expect(await contentOf(copy)).toEqual(first)
  expect(await formatOf(dataDir)).toEqual(current)
})

test('a migration waits for no running peer: the data is locked, and stays as it is', async () => {
  const dataDir = await tempFolder('locked')
  await using running = await startPeer(settings(dataDir))
  await rm(join(dataDir, 'format.json'))
  expect(await codeOf(startPeer(settings(dataDir)))).toBe('LEDGER_LOCKED')
  expect(existsSync(join(dataDir, 'before'))).toBe(false)
  expect(running.subscribe(() => undefined).state.peer.dataDir).toBe(dataDir)
})

test('data of a newer Slipway is refused, with its version, and not touched', async () => {
  const dataDir = await olderData()
  await writeFile(join(dataDir, 'format.json'), JSON.stringify({ format: 7, slipway: '9.1.0', more: [] }))
  await rm(join(dataDir, '.gitignore'))
  const before = await contentOf(dataDir)
  await expect(startPeer(settings(dataDir))).rejects.toMatchObject({
    code: 'DATA_NEWER',
    details: { dataDir, format: 7, slipway: '9.1.0', ownFormat: 1, ownSlipway: VERSION },
  })
  expect(await codeOf(offlineIdentities(settings(dataDir)))).toBe('DATA_NEWER')
  expect(await contentOf(dataDir)).toEqual(before)
})

test.each(['', '{', '[]', '{"format":"1","slipway":"0.1.0"}', '{"format":-1,"slipway":"0.1.0"}', '{"format":1}'])(
  'a format file that holds %j is refused',
  async (text) => {
    const dataDir = await olderData()
    await writeFile(join(dataDir, 'format.json'), text)
    expect(await codeOf(startPeer(settings(dataDir)))).toBe('LEDGER_OPEN')
  },
)

test('identities kept offline leave older data to the peer, and mark new data', async () => {
  const dataDir = await olderData()
  await (await offlineIdentities(settings(dataDir))).issueIdentity({ name: 'bob', mspId: 'Org1MSP' })
  expect(existsSync(join(dataDir, 'format.json'))).toBe(false)
  const fresh = join(await tempFolder('fresh'), '.slipway')
  await (await offlineIdentities(settings(fresh))).issueIdentity({ name: 'bob', mspId: 'Org1MSP' })
  expect(await formatOf(fresh)).toEqual(current)
})
