import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { fixture, goProgram } from '../../support/fixtures.ts'
import { testPeer } from '../../support/peer.ts'
import { ident, makeCtx, type Client } from './recorded/steps.mjs'

const CHANNEL = 'ch1'
const CHAINCODE = 'fz'
const MSP_ID = 'Org1MSP'
/** Cases read the first blocks of a channel, and say which are its newest ones. */
const BLOCKS_BEFORE = 6

/** A client of a peer set up as the recorded one was, with the chaincode that interprets programs. */
export async function stage(): Promise<Client> {
  const peer = await testPeer({
    version: '2.5',
    mspId: MSP_ID,
    listenAddress: '127.0.0.1:0',
    ordererListenAddress: '127.0.0.1:0',
    ledger: { state: { stateDatabase: 'goleveldb' } },
  })
  const folder = await fixture('programs-go', 'bare')
  const opened = { folder, name: CHAINCODE, version: '1.0', channel: CHANNEL, startedBy: 'you', watch: false } as const
  await peer.api.openChaincode(opened)
  const env = { ...process.env, CORE_CHAINCODE_ID_NAME: `${CHAINCODE}:1.0`, CORE_PEER_TLS_ENABLED: 'false' }
  const child = spawn(await goProgram('programs-go'), [`-peer.address=${peer.address()}`], { env, stdio: 'ignore' })
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  await peer.eventually(
    `${CHAINCODE} is ready`,
    ({ chaincodes }) => chaincodes[CHAINCODE]?.registration.state === 'ready',
  )
  for (let i = 0; i < BLOCKS_BEFORE; i++) {
    const args = [JSON.stringify([['put', 'before', String(i)]])]
    await peer.api.submit({ channel: CHANNEL, chaincode: CHAINCODE, function: 'f', args })
  }
  const user = join(peer.dataDir, 'msp', 'User1')
  const pem = (name: string) => readFile(join(user, name), 'utf8')
  const { peers, orderer = '' } = peer.state().services
  const client = makeCtx({
    peerAddr: peers[MSP_ID] ?? '',
    ordAddr: orderer,
    mspid: MSP_ID,
    channel: CHANNEL,
    cc: CHAINCODE,
    ids: { client: ident(MSP_ID, await pem('cert.pem'), await pem('key.pem')) },
  })
  onTestFinished(() => client.close())
  return client
}
