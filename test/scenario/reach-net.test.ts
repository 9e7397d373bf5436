import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { PeerSettings } from '../../core/config/peer-config.ts'
import { baseImages } from '../support/base-images.ts'
import { fixture, type FixtureName } from '../support/fixtures.ts'
import { netPeers } from '../support/net-mode.ts'
import { needs } from '../support/require.ts'
import { openFolder, type Opened } from './author.ts'

const run = promisify(execFile)

// Compilers in containers, of which a small machine runs only one at a time.
vi.setConfig({ testTimeout: 600_000 })

needs('docker').describe('how a container reaches its peer', () => {
  const net = netPeers()
  // Made of Debian packages where they are not there.
  beforeAll(() => baseImages(['nodeenv', 'ccenv', 'baseos']), 600_000)

  async function inContainer(name: FixtureName, settings: Partial<PeerSettings>): Promise<Opened> {
    const peer = await net.peer({ ...settings, chaincode: { buildtimeout: 500_000 } })
    const chaincode = await openFolder(peer, { folder: await fixture(name), mode: 'net', watch: false, launch: false })
    await peer.api.launch({ name: chaincode.name })
    return chaincode
  }

  /** What a shell inside prints. */
  async function inside(chaincode: Opened, script: string): Promise<string> {
    const { stdout } = await run('docker', ['exec', chaincode.state().container?.name ?? '', 'sh', '-c', script])
    return stdout.trim()
  }

  test('on a network of its own', async () => {
    const network = `slipway-test-${randomUUID()}`
    await run('docker', ['network', 'create', '--label', 'slipway.test', network])
    onTestFinished(async () => {
      await run('docker', ['network', 'rm', network])
    })
    const hostConfig = { NetworkMode: network }
    const chaincode = await inContainer('javascript-shim', { vm: { docker: { hostConfig } } })
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  test('on the network of this machine: over loopback', async () => {
    const hostConfig = { NetworkMode: 'host' }
    const chaincode = await inContainer('javascript-shim', { vm: { docker: { hostConfig } } })
    expect(await inside(chaincode, 'echo $CORE_PEER_ADDRESS')).toMatch(/^127\.0\.0\.1:/)
    expect(await chaincode.evaluate('version')).toBe('VERSION_MARK_1')
  })

  // Java's shim is tested with the same files as a plain process: its image takes a minute.
  const speaksTls = (name: FixtureName, fn: string, answer: string) =>
    test(`with TLS: ${name} has a certificate of its own`, async () => {
      const chaincode = await inContainer(name, { tls: true })
      expect(await chaincode.evaluate(fn)).toContain(answer)
      expect(await inside(chaincode, 'echo $CORE_PEER_TLS_ENABLED; cat $CORE_PEER_TLS_ROOTCERT_FILE')).toMatch(
        /^true\n-----BEGIN CERTIFICATE-----/,
      )
      // Once it has registered nothing listens for it any more.
      const [host = '', port = ''] = (await inside(chaincode, 'echo $CORE_PEER_ADDRESS')).split(':')
      const knocking = once(connect(Number(port), host), 'connect')
      await expect(knocking).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    })

  speaksTls('javascript-shim', 'version', 'VERSION_MARK_1')
  needs('go').describe('of Go', () => speaksTls('go-shim-v2', 'version', 'VERSION_MARK_1'))
})
