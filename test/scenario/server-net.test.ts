import { beforeAll, expect, test, vi } from 'vitest'
import { baseImages } from '../support/base-images.ts'
import { fixture, type FixtureName } from '../support/fixtures.ts'
import { netPeers } from '../support/net-mode.ts'
import { needs } from '../support/require.ts'
import { codeOf, openFolder, type Opened } from './author.ts'
import type { TestPeer } from '../support/peer.ts'

// Compilers in containers, of which a small machine runs only one at a time.
vi.setConfig({ testTimeout: 600_000 })

const SERVER = '127.0.0.1:9999'

async function openServer(peer: TestPeer, name: FixtureName, server = SERVER): Promise<Opened> {
  const folder = await fixture(name)
  const chaincode = await openFolder(peer, { folder, mode: 'net', server, watch: false, launch: false })
  await peer.api.launch({ name: chaincode.name })
  return chaincode
}

needs('docker').describe('a server in a container', () => {
  const net = netPeers()
  // Made of Debian packages where they are not there.
  beforeAll(() => baseImages(['nodeenv', 'ccenv', 'baseos']), 600_000)

  test('of Node: built, started, dialed at the port that is published on loopback, and called', async () => {
    const peer = await net.peer()
    const chaincode = await openServer(peer, 'javascript-server')
    const { launch, container, process } = chaincode.state()
    const steps = launch?.steps.map(({ name }) => name) ?? []
    expect(steps.slice(-6)).toEqual(['create', 'attach', 'start', 'dial', 'registered', 'ready'])
    expect(process).toBeUndefined()
    expect(await net.containers()).toEqual([container?.name])
    expect(await chaincode.submit('put', 'k', 'v')).toBe('ok')
    expect(await chaincode.evaluate('get', 'k')).toBe('v')

    // The same in dev mode, and back: the ledger stays.
    await peer.api.setMode({ name: chaincode.name, mode: 'dev' })
    expect(chaincode.state()).toMatchObject({ mode: 'dev', process: { build: expect.any(Number) } })
    expect(await chaincode.evaluate('get', 'k')).toBe('v')
    await peer.api.setMode({ name: chaincode.name, mode: 'net' })
    expect(await chaincode.evaluate('get', 'k')).toBe('v')
    await expect.poll(() => net.containers()).toHaveLength(1)
  })

  test('that ends in the middle of a call is started and dialed again', async () => {
    const peer = await net.peer()
    const chaincode = await openServer(peer, 'javascript-server')
    const first = chaincode.state().container?.id
    expect(await codeOf(chaincode.evaluate('exit'))).toBe('CHAINCODE_STOPPED')
    await chaincode.eventually(
      'another serves',
      ({ container, registration }) => registration.state === 'ready' && container?.id !== first,
    )
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  test('on the machine’s own network listens on loopback there', async () => {
    const peer = await net.peer({ vm: { docker: { hostConfig: { NetworkMode: 'host' } } } })
    const chaincode = await openServer(peer, 'javascript-server')
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  needs('go').test('of Go', async () => {
    const peer = await net.peer({ chaincode: { buildtimeout: 500_000 } })
    const chaincode = await openServer(peer, 'go-server')
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })
})
