// @module-tag slow
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeTlsCertificates } from '../../core/msp/tls-certificates.ts'
import { fixture, type FixtureName } from '../support/fixtures.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { freeAddress } from '../support/free-port.ts'
import { needs } from '../support/require.ts'
import { codeOf, edit, openFolder, startByHand, type Opened } from './author.ts'

async function openServer(
  peer: TestPeer,
  name: FixtureName,
  args: { startedBy?: 'you' | 'slipway'; server?: string; watch?: boolean } = {},
): Promise<Opened> {
  const { server = await freeAddress(), watch = false, ...rest } = args
  return openFolder(peer, { folder: await fixture(name), server, watch, ...rest })
}

const steps = ({ launch }: ReturnType<Opened['state']>) => launch?.steps.map(({ name }) => name) ?? []

/** Slipway starts the server and dials it: it goes from a folder to an answer. */
function isServed(name: FixtureName): void {
  test(`${name} is built, started, dialed and called`, async () => {
    const peer = await testPeer()
    const chaincode = await openServer(peer, name)
    await chaincode.build(1, 'serving')
    expect(steps(chaincode.state()).slice(-4)).toEqual(['start', 'dial', 'registered', 'ready'])
    expect(await chaincode.submit('put', 'k', 'v')).toBe('ok')
    expect(await chaincode.evaluate('get', 'k')).toBe('v')
  })
}

/** Its author starts it: waited for, dialed whenever it is there. */
function isAttached(name: FixtureName): void {
  test(`${name} is dialed when its author starts it, and again when it is back`, async () => {
    const peer = await testPeer()
    const server = await freeAddress()
    const chaincode = await openServer(peer, name, { startedBy: 'you', server })
    const { command, canonicalName } = chaincode.state()
    expect(command.env).toMatchObject({ CHAINCODE_SERVER_ADDRESS: server, CHAINCODE_ID: canonicalName })
    expect(command.text).not.toContain('peer.address')
    expect(chaincode.state()).toMatchObject({ server, registration: { state: 'none' } })
    expect(await codeOf(chaincode.evaluate('version'))).toBe('NOT_CONNECTED')

    const first = startByHand(command)
    await chaincode.ready()
    await chaincode.submit('put', 'k', 'v')
    first.kill()
    await chaincode.eventually('it is gone', ({ registration }) => registration.state === 'none')
    startByHand(command)
    await chaincode.ready()
    expect(await chaincode.evaluate('get', 'k')).toBe('v')
    expect(chaincode.state().error).toBeUndefined()
  })
}

describe('a server that Slipway starts', () => {
  isServed('javascript-server')
  needs('go').describe('of Go', () => isServed('go-server'))

  test('of the contract API, whose start script starts no server', async () => {
    const peer = await testPeer()
    const chaincode = await openServer(peer, 'javascript-contract')
    await chaincode.build(1, 'serving')
    expect(await chaincode.evaluate('org.hyperledger.fabric:GetMetadata')).toContain('contracts')
  })

  test('is replaced on a save: the old one serves, at its own port, until the new one is ready', async () => {
    const peer = await testPeer()
    const chaincode = await openServer(peer, 'javascript-server', { watch: true })
    await chaincode.build(1, 'serving')
    const before = await chaincode.evaluate('pid')
    await chaincode.eventually('its folder is watched', ({ watch }) => watch.state === 'watching')
    await chaincode.edit('server.js', 'VERSION_MARK_1', 'VERSION_MARK_2')
    await chaincode.build(2, 'serving')
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_2')
    expect(await chaincode.evaluate('pid')).not.toBe(before)
  })

  test('that ends in the middle of a call: the call fails, and it is started and dialed again', async () => {
    const peer = await testPeer()
    const chaincode = await openServer(peer, 'javascript-server')
    await chaincode.build(1, 'serving')
    const before = await chaincode.evaluate('pid')
    expect(await codeOf(chaincode.evaluate('exit'))).toBe('CHAINCODE_STOPPED')
    await chaincode.eventually(
      'another serves',
      ({ registration, process }) => registration.state === 'ready' && String(process?.pid) !== before,
    )
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  test('whose connection breaks off while it lives is dialed again', async () => {
    const peer = await testPeer()
    const chaincode = await openServer(peer, 'javascript-server')
    await chaincode.build(1, 'serving')
    const before = await chaincode.evaluate('pid')
    expect(await codeOf(chaincode.evaluate('hangup'))).toBe('STREAM_TERMINATED')
    await chaincode.ready()
    expect(await chaincode.evaluate('pid')).toBe(before)
  })

  test('that ends before it is dialed: told with its last lines', async () => {
    const peer = await testPeer()
    const folder = await fixture('javascript-server')
    await edit(
      join(folder, 'server.js'),
      'const server =',
      "console.error('LAST_WORDS'); process.exit(7); const server =",
    )
    const chaincode = await openFolder(peer, { folder, server: await freeAddress(), watch: false })
    const { error } = await chaincode.failed(1)
    expect(error).toMatchObject({ code: 'CHAINCODE_EXITED', details: { output: ['LAST_WORDS'] } })
  })

  test('that listens somewhere else: given up in its time, with the reason', async () => {
    const peer = await testPeer({ chaincode: { startuptimeout: 3_000 } })
    const folder = await fixture('javascript-server')
    const elsewhere = await freeAddress()
    await edit(join(folder, 'server.js'), '{ ccid, address }', `{ ccid, address: '${elsewhere}' }`)
    const chaincode = await openFolder(peer, { folder, server: await freeAddress(), watch: false })
    const { error } = await chaincode.failed(1)
    expect(error).toMatchObject({ code: 'DIAL_FAILED', details: { reason: expect.stringContaining('ECONNREFUSED') } })
  })

  test('that registers as another: turned away at once', async () => {
    const peer = await testPeer()
    const folder = await fixture('javascript-server')
    await edit(join(folder, 'server.js'), '{ ccid, address }', "{ ccid: 'other:1.0', address }")
    const chaincode = await openFolder(peer, { folder, server: await freeAddress(), watch: false })
    const { error } = await chaincode.failed(1)
    expect(error).toMatchObject({ code: 'REGISTER_OTHER_NAME', details: { name: 'other:1.0' } })
  })

  test('cannot be taken for by a process that connects by itself', async () => {
    const peer = await testPeer()
    const chaincode = await openServer(peer, 'javascript-server')
    await chaincode.build(1, 'serving')
    const usual = await fixture('javascript-shim')
    const { canonicalName } = chaincode.state()
    startByHand({
      folder: usual,
      text: `CORE_PEER_TLS_ENABLED=false CORE_CHAINCODE_ID_NAME=${canonicalName} node probe.js --peer.address ${peer.address()}`,
    })
    const { error } = await peer.eventually('it is turned away', ({ notices }) => notices.at(-1))
    expect(error).toMatchObject({ code: 'REGISTER_NOT_EXPECTED', details: { runs: 'server' } })
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })
})

describe('a server that its author starts', () => {
  isAttached('javascript-server')
  needs('go').describe('of Go', () => isAttached('go-server'))

  test('stopped: it is left alone until it is wanted again', async () => {
    const peer = await testPeer()
    const chaincode = await openServer(peer, 'javascript-server', { startedBy: 'you' })
    startByHand(chaincode.state().command)
    await chaincode.ready()
    await peer.api.stop({ name: chaincode.name })
    expect(chaincode.state().registration.state).toBe('none')
    expect(await codeOf(peer.api.launch({ name: chaincode.name }))).toBe('NOT_CONNECTED')
    await chaincode.ready()
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  test('another name, or something that is not a chaincode, is reported until the right one is there', async () => {
    const peer = await testPeer()
    const server = await freeAddress()
    const chaincode = await openServer(peer, 'javascript-server', { startedBy: 'you', server })
    const { command, canonicalName } = chaincode.state()
    const other = startByHand({ ...command, text: command.text.replaceAll(canonicalName, 'other:1.0') })
    await chaincode.eventually('it is told', ({ error }) => error?.code === 'REGISTER_OTHER_NAME')
    other.kill()
    await other.exited
    startByHand(command)
    await chaincode.ready()
    await chaincode.eventually('nothing is wrong any more', ({ error }) => error === undefined)
  })

  test('something that hangs on its port is said, and harms nobody', async () => {
    const sockets: Socket[] = []
    const silent = createServer((socket) => sockets.push(socket))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
      silent.close()
    })
    const server = `127.0.0.1:${(silent.address() as AddressInfo).port}`
    const peer = await testPeer()
    const chaincode = await openServer(peer, 'javascript-server', { startedBy: 'you', server })
    await chaincode.eventually('it is told', ({ error }) => error?.code === 'DIAL_FAILED')
    expect(await codeOf(chaincode.evaluate('version'))).toBe('NOT_CONNECTED')
  })

  needs('go').test('with TLS, as its connection.json says', async () => {
    const { ca, server: own, client } = await makeTlsCertificates(['peer.example.com'])
    const folder = await fixture('go-server')
    const put = async (name: string, content: string) => {
      await writeFile(join(folder, name), content)
      return join(folder, name)
    }
    const env = {
      CHAINCODE_TLS_DISABLED: 'false',
      CHAINCODE_TLS_KEY: await put('server.key', own.privateKey),
      CHAINCODE_TLS_CERT: await put('server.crt', own.certificate),
      CHAINCODE_CLIENT_CA_CERT: await put('ca.crt', ca),
    }
    const connection = {
      address: 'elsewhere:7',
      tls_required: true,
      client_auth_required: true,
      root_cert: ca,
      client_cert: client.certificate,
      client_key: client.privateKey,
    }
    await put('connection.json', JSON.stringify(connection))
    const variables = Object.entries(env).map(([name, value]) => `  ${name}: '${value}'\n`)
    await put('slipway.yaml', `startedBy: you\nserver: ${await freeAddress()}\nenv:\n${variables.join('')}`)
    const peer = await testPeer()
    const chaincode = await openFolder(peer, { folder, watch: false })
    startByHand(chaincode.state().command)
    // Its certificate is for another name, which only connection.json can tell.
    await chaincode.eventually('that is told', ({ error }) => error?.code === 'DIAL_FAILED')
    expect(chaincode.state().error?.why).toMatch(/altnames|certificate/)
    await put('connection.json', 'no JSON')
    await chaincode.eventually('that is told too', ({ error }) => error?.code === 'CONNECTION_INVALID')
    await put('connection.json', JSON.stringify({ ...connection, domain: 'peer.example.com' }))
    await chaincode.ready()
    await chaincode.eventually('nothing is wrong any more', ({ error }) => error === undefined)
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  test('an address that slipway.yaml changes is dialed from then on', async () => {
    const peer = await testPeer()
    const folder = await fixture('javascript-server')
    const [first, second] = [await freeAddress(), await freeAddress()]
    const yaml = join(folder, 'slipway.yaml')
    await writeFile(yaml, `server: ${first}\nstartedBy: you\n`)
    const chaincode = await openFolder(peer, { folder })
    await chaincode.eventually('its folder is watched', ({ watch }) => watch.state === 'watching')
    const { command } = chaincode.state()
    await writeFile(yaml, (await readFile(yaml, 'utf8')).replace(first, second))
    await chaincode.eventually('it is told', ({ server }) => server === second)
    startByHand({ ...command, text: command.text.replaceAll(first, second) })
    await chaincode.ready()
  })
})
