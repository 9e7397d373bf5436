// @module-tag slow
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { javaApplication } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { openFixture } from './author.ts'

const run = promisify(execFile)

// Without TLS this SDK has no certificate to claim in its requests, and so doesn't use discovery, of real peers either.
for (const tls of [false, true]) {
  const how = tls ? 'over TLS, with discovery' : 'without TLS'
  needs('java').test(
    `an application of fabric-gateway-java 2.2 runs on exported profile and wallet, ${how}`,
    async () => {
      const peer = await testPeer({ listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0', tls })
      const { name, ready } = await openFixture(peer, 'feature-node', { watch: false })
      await ready()
      const folder = await tempFolder('export')
      await peer.api.writeExport({ folder, layout: 'application' })
      const [program, ...args] = await javaApplication('fabric-gateway-java-2.2')
      const { stdout } = await run(program, [...args, folder, name, await tempFolder('application'), String(tls)])

      // The SDK logs to the same place.
      expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
        submitted: 'ok',
        evaluated: '1',
        live: ['first=1'],
        before: ['second=2'],
        after: ['third=3'],
        blocks: [0, 1, 2],
        refused: [500],
        private: 'v',
      })
      const calls = await peer.api.readCalls({ limit: 20 })
      expect(calls.find(({ request }) => request.function === 'PutPrivate')).toMatchObject({
        client: { service: 'protos.Endorser' },
        identity: 'User1@Org1MSP',
        request: { transient: { value: 'v' } },
      })
    },
  )
}
