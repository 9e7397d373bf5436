import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { FabricVersion } from '../../core/config/fabric-line.ts'
import { ident, makeCtx, runCase } from '../conformance/clients/recorded/steps.mjs'
import { testPeer } from '../support/peer.ts'
import { openFixture } from './author.ts'

const CHANNEL = 'mychannel'
const MSP_ID = 'Org1MSP'
const MINUTE = 60
const served = { listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0' }

/** A client of a peer's public services, which says of each proposal when it was made: seconds from now. */
async function clientOf(version: FabricVersion) {
  const peer = await testPeer({ ...served, version })
  const { name } = await openFixture(peer, 'javascript-shim', { watch: false })
  const pem = (file: string) => readFile(join(peer.dataDir, 'msp', 'User1', file), 'utf8')
  const { peers, orderer = '' } = peer.state().services
  const client = makeCtx({
    peerAddr: peers[MSP_ID] ?? '',
    ordAddr: orderer,
    mspid: MSP_ID,
    channel: CHANNEL,
    cc: name,
    ids: { client: ident(MSP_ID, await pem('cert.pem'), await pem('key.pem')) },
  })
  onTestFinished(() => client.close())
  return async (op: 'process' | 'evaluate' | 'endorse', timeOffset: number) => {
    const steps = [{ op, proposal: { args: ['version'], timeOffset } }]
    const [answer] = (await runCase(client, { name: op, steps, response: undefined })) as [Record<string, unknown>]
    return answer
  }
}

// The recorded client calls openssl, which Windows needn't have.
// core/handlers/auth/filter/timewindow.go, v3.1; the times are replaced by the client.
const REFUSED =
  'request unauthorized due to incorrect timestamp <time>, peer time <time>, peer.authentication.timewindow 15m0s'

test.skipIf(process.platform === 'win32')(
  'a peer of 3.1 refuses a proposal whose time is more than 15 minutes off',
  async () => {
    const ask = await clientOf('3.1')
    for (const offset of [-16 * MINUTE, 16 * MINUTE]) {
      expect(await ask('process', offset)).toMatchObject({ codeName: 'UNKNOWN', message: REFUSED })
      expect(await ask('evaluate', offset)).toMatchObject({
        codeName: 'FAILED_PRECONDITION',
        details: [{ mspId: '<msp>', message: REFUSED }],
      })
      expect(await ask('endorse', offset)).toMatchObject({
        codeName: 'ABORTED',
        details: [{ mspId: '<msp>', message: REFUSED }],
      })
    }
    for (const offset of [-14 * MINUTE, 14 * MINUTE]) {
      expect(await ask('process', offset)).toMatchObject({ code: 0, response: { status: 200 } })
      expect(await ask('evaluate', offset)).toMatchObject({ code: 0, result: { status: 200 } })
      expect(await ask('endorse', offset)).toMatchObject({ code: 0 })
    }
  },
)

test.skipIf(process.platform === 'win32')('a peer of 2.5 takes it', async () => {
  const ask = await clientOf('2.5')
  for (const offset of [-16 * MINUTE, 16 * MINUTE]) {
    expect(await ask('process', offset)).toMatchObject({ code: 0, response: { status: 200 } })
    expect(await ask('evaluate', offset)).toMatchObject({ code: 0, result: { status: 200 } })
    expect(await ask('endorse', offset)).toMatchObject({ code: 0 })
  }
})
