// @module-tag slow
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { applicationCommand } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'
import { openFixture } from './author.ts'

const run = promisify(execFile)
const organisations = ['Org1MSP', 'Org2MSP'] as [string, string]

for (const language of ['go', 'java'] as const) {
  needs(language).test(`an application on the ${language} client finds a network`, async () => {
    const peer = await testPeer({ listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0', organisations })
    const { name } = await openFixture(peer, 'feature-node')
    const address = peer.state().services.peers['Org2MSP']
    const user = join(peer.dataDir, 'msp/organisations/Org2MSP/User1')
    const settings = join(await tempFolder('application'), 'settings.json')
    await writeFile(
      settings,
      JSON.stringify({
        peer: address,
        mspId: 'Org2MSP',
        certificate: join(user, 'cert.pem'),
        privateKey: join(user, 'key.pem'),
        channel: 'mychannel',
        chaincode: name,
        organisations,
      }),
    )
    const [program, ...args] = await applicationCommand(language)
    const { stdout } = await run(program, [...args, settings])

    expect(JSON.parse(stdout)).toEqual({
      submitted: 'ok',
      evaluated: '1',
      async: 'ok',
      asyncValid: true,
      offline: true,
      first: ['first=1'],
      resumed: ['second=2', 'third=2'],
      block: 2,
      filtered: ['2 VALID'],
      withPrivate: 2,
      refused: [{ address, mspId: 'Org2MSP', message: expect.stringMatching(/^chaincode response 500, /) as string }],
      private: 'v',
    })

    // Its author sees who called, and what each call did.
    await peer.eventually('all its calls', ({ calls }) => calls.count >= 10)
    const calls = await peer.api.readCalls({ limit: 10 })
    const readPrivate = calls.find(({ request }) => request.function === 'GetPrivate')
    expect(readPrivate).toMatchObject({ kind: 'evaluate', identity: 'User1@Org2MSP' })
    expect(calls.find(({ request }) => request.function === 'PutPrivate')).toMatchObject({
      kind: 'submit',
      client: { service: 'gateway.Gateway' },
      request: { transient: { value: 'v' } },
      outcome: { result: { validationCode: 'VALID', endorsers: expect.arrayContaining(organisations) as string[] } },
    })
    expect(calls.find(({ request }) => request.function === 'Nope')).toMatchObject({
      outcome: { result: { status: 500 } },
    })
  })
}
