import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openIdentities } from '../../../core/msp/dev-ca.ts'
import type { SigningIdentity } from '../../../core/msp/identity.ts'
import { fixture, goProgram } from '../../support/fixtures.ts'
import { testPeer, type TestPeer } from '../../support/peer.ts'
import { collectionsFile } from './recorded.ts'

export const CHANNEL = 'ch1'
const MSP_ID = 'SampleOrg'
/** The height of the recorded channel when the first call came: versions in read sets are then the same. */
const FIRST_BLOCK = 5

export interface Stage {
  peer: TestPeer
  client: SigningIdentity
}

/**
 * A peer set up as the recorded one was. Two calls that are ordered in the same moment share a block, and one alone gets
 * its own.
 */
export async function stage(): Promise<Stage> {
  const peer = await testPeer({
    version: '2.5',
    mspId: MSP_ID,
    ledger: { state: { stateDatabase: 'goleveldb' } },
    chaincode: { runtimeParams: { useWriteBatch: false, useGetMultipleKeys: false } },
    orderer: { maxMessageCount: 2, batchTimeout: 1 },
  })
  await open(peer, 'other')
  await open(peer, 'fz', collectionsFile)
  // The recorded peer's organisation approved the next definition here.
  await peer.api.submit({ channel: CHANNEL, chaincode: 'lscc', function: 'GetChaincodes', args: [] })
  await open(peer, 'fz2')
  const { height } = peer.state().channels[CHANNEL] ?? { height: 0 }
  if (height !== FIRST_BLOCK) throw new Error(`the first call would be in block ${height}, recorded ${FIRST_BLOCK}`)
  await Promise.all(['fz', 'fz2'].map((name) => start(peer, name)))
  const { client } = await openIdentities(peer.dataDir, MSP_ID)
  return { peer, client }
}

async function open(peer: TestPeer, name: string, collections?: string): Promise<void> {
  const folder = await fixture('programs-go', 'bare')
  if (collections !== undefined) await copyFile(collections, join(folder, 'collections_config.json'))
  await peer.api.openChaincode({ folder, name, version: '1.0', channel: CHANNEL, startedBy: 'you', watch: false })
}

async function start(peer: TestPeer, name: string): Promise<void> {
  const env = { ...process.env, CORE_CHAINCODE_ID_NAME: `${name}:1.0`, CORE_PEER_TLS_ENABLED: 'false' }
  const child = spawn(await goProgram('programs-go'), [`-peer.address=${peer.address()}`], { env, stdio: 'ignore' })
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  await peer.eventually(`${name} is ready`, ({ chaincodes }) => chaincodes[name]?.registration.state === 'ready')
}
