import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { fixture, goProgram } from '../../support/fixtures.ts'
import { testPeer, type TestPeer } from '../../support/peer.ts'
import { ident, makeCtx, type Client, type Identity } from './recorded/steps.mjs'

export const CHANNEL = 'ch1'
export const CHAINCODE = 'fz'
export const MSP_ID = 'Org1MSP'
/** Cases read the first blocks of a channel, and say which are its newest ones. */
export const BLOCKS_BEFORE = 6
/** What writes a block. */
export const PUT_BEFORE = (i: number) => JSON.stringify([['put', 'before', String(i)]])

interface StageOptions {
  /** Names under which the chaincode also runs that must be initialised before anything else is called. */
  initRequired?: string[]
}

/**
 * A client of a peer set up as the recorded one was, with the chaincode that interprets programs. It has the identities
 * `client` and `admin`.
 */
export async function stage({ initRequired = [] }: StageOptions = {}): Promise<Client> {
  const peer = await testPeer({
    version: '2.5',
    mspId: MSP_ID,
    listenAddress: '127.0.0.1:0',
    ordererListenAddress: '127.0.0.1:0',
    ledger: { state: { stateDatabase: 'goleveldb' } },
  })
  await Promise.all([startProgram(peer, CHAINCODE), ...initRequired.map((name) => startProgram(peer, name, true))])
  for (let i = 0; i < BLOCKS_BEFORE; i++) {
    await peer.api.submit({ channel: CHANNEL, chaincode: CHAINCODE, function: 'f', args: [PUT_BEFORE(i)] })
  }
  const { peers, orderer = '' } = peer.state().services
  await peer.api.issueIdentity({ name: 'Admin', role: 'admin' })
  const client = makeCtx({
    peerAddr: peers[MSP_ID] ?? '',
    ordAddr: orderer,
    mspid: MSP_ID,
    channel: CHANNEL,
    cc: CHAINCODE,
    ids: { client: await identityOf(peer, 'User1'), admin: await identityOf(peer, 'Admin') },
  })
  onTestFinished(() => client.close())
  return client
}

/** Open the chaincode under a name and start it as an author does; resolves once it is ready. */
async function startProgram(peer: TestPeer, name: string, initRequired = false): Promise<void> {
  const folder = await fixture('programs-go', 'bare')
  const opened = { folder, name, version: '1.0', channel: CHANNEL, startedBy: 'you', watch: false } as const
  await peer.api.openChaincode({ ...opened, initRequired })
  await startByHand(name, peer.address())
  await peer.eventually(`${name} is ready`, ({ chaincodes }) => chaincodes[name]?.registration.state === 'ready')
}

/** Start the chaincode as its author does in a terminal; it ends with the test. */
export async function startByHand(name: string, address: string): Promise<void> {
  const env = { ...process.env, CORE_CHAINCODE_ID_NAME: `${name}:1.0`, CORE_PEER_TLS_ENABLED: 'false' }
  const child = spawn(await goProgram('programs-go'), [`-peer.address=${address}`], { env, stdio: 'ignore' })
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
}

async function identityOf(peer: TestPeer, identity: string): Promise<Identity> {
  const { certificate, privateKey } = await peer.api.exportIdentity({ identity })
  return ident(MSP_ID, certificate, privateKey)
}
