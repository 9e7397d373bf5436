import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, vi } from 'vitest'
import { testEngine } from '../support/docker-engine.ts'
import { fixture } from '../support/fixtures.ts'
import { netPeers } from '../support/net-mode.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { codeOf, openFolder } from './author.ts'

// An image of some hundred megabytes is moved from one engine to the other.
vi.setConfig({ testTimeout: 400_000 })

needs('docker', 'dockerd').describe('an engine that is killed', () => {
  const net = netPeers()

  needs('docker', 'dockerd').test(
    'answers what was asked; once it is back the chaincode is started again',
    async () => {
      const folder = await fixture('misbehaving')
      const first = await net.peer()
      const made = await openFolder(first, { folder, mode: 'net', watch: false })
      await made.ready()
      await made.submit('put', 'k', 'v')
      const { image = '' } = made.state().container ?? {}
      await first.peer.close()

      const engine = await testEngine({ bridge: true })
      await moveImage(image, engine.host)
      // The same data folder: its images have the same names.
      const peer = await testPeer({ dataDir: net.dataDir(), vm: { docker: { endpoint: engine.host } } })
      const chaincode = await openFolder(peer, { folder, mode: 'net', watch: false })
      await chaincode.ready()
      const { id } = chaincode.state().container ?? {}
      expect(await chaincode.evaluate('get', 'k')).toBe('v')

      const call = chaincode.submit('sleep', '2000')
      await engine.kill()
      expect(await call).toBe('slept')
      await chaincode.eventually('nobody knows how it is', ({ container }) => container?.state === 'lost')
      expect(await codeOf(peer.api.restart({ name: chaincode.name }))).toMatch(/^DOCKER_/)
      expect(await chaincode.evaluate('get', 'k')).toBe('v')

      // The next engine ends the containers that the killed one left.
      await engine.start()
      await chaincode.eventually('another one runs', ({ container, registration }) => {
        return registration.state === 'ready' && container?.state === 'running' && container.id !== id
      })
      expect(await chaincode.evaluate('get', 'k')).toBe('v')
      await peer.peer.close()
      expect(await engine.docker('ps', '-aq')).toBe('')
    },
  )
})

/** From the engine of the tests to another. */
async function moveImage(image: string, host: string): Promise<void> {
  const save = spawn('docker', ['save', image], { stdio: ['ignore', 'pipe', 'inherit'] })
  const load = spawn('docker', ['load'], {
    env: { ...process.env, DOCKER_HOST: host },
    stdio: [save.stdout, 'ignore', 'inherit'],
  })
  expect(await once(load, 'exit')).toEqual([0, null])
}
