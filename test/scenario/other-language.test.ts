// @module-tag slow
import { cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { openFolder, type Opened } from './author.ts'

const PROGRAM = fileURLToPath(new URL('../fixtures/chaincode/plain-protocol', import.meta.url))

/** A program that speaks the protocol by itself, with this slipway.yaml. */
async function program(yaml: string, files: Record<string, string> = {}): Promise<string> {
  const folder = await tempFolder('other')
  await cp(PROGRAM, folder, { recursive: true })
  await writeFile(join(folder, 'slipway.yaml'), `language: other\nname: plain\n${yaml}`)
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

async function works(opened: Opened): Promise<void> {
  await opened.build(1, 'serving')
  await opened.submit('put', 'k', 'v')
  expect(await opened.evaluate('get', 'k')).toBe('v')
}

test('how long a step took is known at the next start, of the last fifty chaincodes', async () => {
  const folder = await program(`build: node -e "setTimeout(() => undefined, 800)"\nstart: node cc.mjs\n`)
  const dataDir = join(folder, '.slipway')
  const file = join(dataDir, 'times.json')
  const others = Array.from({ length: 200 }, (_, at) => [`other${at}`, { 'dev build': 1000 }] as const)
  await mkdir(dataDir)
  await writeFile(file, JSON.stringify({ ...Object.fromEntries(others), plain: { 'dev build': 'long' } }))

  const first = await testPeer({ dataDir })
  const launched = await openFolder(first, { folder })
  await launched.build(1, 'serving')
  const built = launched.state().launch?.steps.find(({ name }) => name === 'build')
  expect(built).toMatchObject({ state: 'done' })
  expect(built?.usualMs).toBeUndefined()
  await first.peer.close()
  const kept = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
  expect(Object.keys(kept)).toHaveLength(50)
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o077).toBe(0)

  const second = await testPeer({ dataDir })
  const again = await openFolder(second, { folder })
  await again.edit('cc.mjs', "respond(200, 'ok', transaction)", "respond(200, 'fine', transaction)")
  await again.build(2, 'serving')
  const step = again.state().launch?.steps.find(({ name }) => name === 'build')
  expect(step?.usualMs).toBeGreaterThanOrEqual(800)
})

test('any program that speaks the protocol is built, started, called, and swapped on save', async () => {
  const build = `build: node -e "require('fs').appendFileSync('built.log', 'x')"\nignore: [built.log]\n`
  const folder = await program(`${build}start: node cc.mjs\nenv: { LEVEL: debug }\n`)
  const peer = await testPeer()
  const opened = await openFolder(peer, { folder })
  await works(opened)
  expect(opened.state()).toMatchObject({ language: 'other', dialect: 'Other' })
  expect(opened.state().command.text).toContain('CORE_PEER_ADDRESS=')
  expect(await opened.evaluate('env', 'LEVEL')).toBe('debug')
  expect(await readFile(join(folder, 'built.log'), 'utf8')).toBe('x')
  await opened.edit('cc.mjs', "respond(200, 'ok', transaction)", "respond(200, 'fine', transaction)")
  await opened.build(2, 'serving')
  expect(await opened.submit('put', 'k', 'w')).toBe('fine')
})

test('without a start command it says that it needs one', async () => {
  const peer = await testPeer()
  const opened = await openFolder(peer, { folder: await program('') })
  const { error } = await opened.failed(1)
  expect(error).toMatchObject({ code: 'PROJECT_INCOMPLETE', details: { key: 'start' } })
})

test('a lifecycle package of it is only one for a service', async () => {
  const peer = await testPeer()
  const folder = await program('start: node cc.mjs\n')
  const packaging = peer.api.packageChaincode({ folder })
  await expect(packaging).rejects.toMatchObject({ code: 'PACKAGE_INVALID' })
  const { type } = await peer.api.packageChaincode({ folder, ccaas: { address: 'cc.example.com:9999' } })
  expect(type).toBe('ccaas')
})

needs('docker').describe('in net mode', () => {
  const NODE = 'hyperledger/fabric-nodeenv:2.5'
  const own = `FROM ${NODE} AS first\nCOPY cc.mjs /cc.mjs\nFROM ${NODE}\nCOPY --from=first /cc.mjs /srv/cc.mjs\nCMD ["node", "/srv/cc.mjs"]\n`

  test.each([
    ['in an image that slipway.yaml names', `image: ${NODE}\nstart: node cc.mjs\n`, {}],
    ['built in that image', `image: ${NODE}\nbuild: cp cc.mjs built.mjs\nstart: node built.mjs\n`, {}],
    ['by a Dockerfile of its own', '', { Dockerfile: own }],
  ])('it runs %s', async (_what, yaml, files: Record<string, string>) => {
    const peer = await testPeer()
    const folder = await program(`mode: net\n${yaml}`, files)
    const opened = await openFolder(peer, { folder })
    await works(opened)
    expect(opened.state().container?.state).toBe('running')
  })

  test('without an image or a Dockerfile it says that it needs one', async () => {
    const peer = await testPeer()
    const opened = await openFolder(peer, { folder: await program('mode: net\nstart: node cc.mjs\n') })
    const { error } = await opened.failed(1)
    expect(error).toMatchObject({ code: 'PROJECT_INCOMPLETE', details: { key: 'image' } })
  })
})
