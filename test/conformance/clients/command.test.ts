// @module-tag slow
import { createPrivateKey } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client as GrpcClient, credentials } from '@grpc/grpc-js'
import { connect, signers } from '@hyperledger/fabric-gateway'
import { beforeAll, expect, onTestFinished } from 'vitest'
import type { ReadyReport } from '../../../main/cli/commands/ready-file.ts'
import { buildDoors, startSlipway } from '../../support/command-line.ts'
import { eventually } from '../../support/eventually.ts'
import { fixture } from '../../support/fixtures.ts'
import { needs } from '../../support/require.ts'
import { tempFolder } from '../../support/temp.ts'
import { playTopic, type Played } from './play-topic.ts'
import { ident, makeCtx, type Client } from './recorded/steps.mjs'
import { BLOCKS_BEFORE, CHAINCODE, CHANNEL, MSP_ID, PUT_BEFORE, startByHand } from './stage.ts'

/** Those of each service that don't wait long for what must not come; clients.test.ts plays all of them. */
const TOPICS = [
  'gateway-evaluate',
  'gateway-faults',
  'gateway-submit',
  'endorser-faults',
  'discovery',
  'orderer-broadcast',
]

beforeAll(buildDoors)

/** `slipway run` as a process, with the chaincode that its author has started; what it writes when it is ready. */
async function slipwayRun(): Promise<ReadyReport> {
  const folder = await fixture('programs-go', 'bare')
  const any = '127.0.0.1:0'
  const ledger = { state: { stateDatabase: 'goleveldb' } }
  const peer = { version: '2.5', chaincodeListenAddress: any, listenAddress: any, ordererListenAddress: any, ledger }
  const settings = { name: CHAINCODE, version: '1.0', channel: CHANNEL, startedBy: 'you', peer }
  await writeFile(join(folder, 'slipway.yaml'), JSON.stringify(settings))
  const file = join(await tempFolder('ready'), 'ready.json')
  const run = startSlipway(['run', folder, '--json', '--no-watch', '--ready-file', file])
  const listening = () => /"listener":{"state":"listening","address":"([^"]+)"/.exec(run.stdout())?.[1]
  await eventually(listening).toBeDefined()
  // Only chaincode that is open may register.
  await run.says('start it with')
  await startByHand(CHAINCODE, listening() ?? '')
  await run.says('Ready: ')
  return JSON.parse(await readFile(file, 'utf8')) as ReadyReport
}

/** The client of the recordings, by the files that are exported for applications. */
async function clientOf({ peer = '', orderer = '', exported = '' }: ReadyReport): Promise<Client> {
  const identity = async (name: string) => {
    const msp = join(exported, 'msp', MSP_ID, 'users', name, 'msp')
    const [key = ''] = await readdir(join(msp, 'keystore'))
    const pem = (...path: string[]) => readFile(join(msp, ...path), 'utf8')
    return { certificate: await pem('signcerts', 'cert.pem'), key: await pem('keystore', key) }
  }
  const [user, admin] = [await identity('User1'), await identity('Admin')]
  await writeBlocks(peer, user)
  const client = makeCtx({
    ...{ peerAddr: peer, ordAddr: orderer, mspid: MSP_ID, channel: CHANNEL, cc: CHAINCODE },
    ids: { client: ident(MSP_ID, user.certificate, user.key), admin: ident(MSP_ID, admin.certificate, admin.key) },
  })
  onTestFinished(() => client.close())
  return client
}

async function writeBlocks(peer: string, { certificate, key }: { certificate: string; key: string }): Promise<void> {
  const client = new GrpcClient(peer, credentials.createInsecure())
  const identity = { mspId: MSP_ID, credentials: Buffer.from(certificate) }
  const gateway = connect({ client, identity, signer: signers.newPrivateKeySigner(createPrivateKey(key)) })
  try {
    const contract = gateway.getNetwork(CHANNEL).getContract(CHAINCODE)
    for (let i = 0; i < BLOCKS_BEFORE; i++) await contract.submitTransaction('f', PUT_BEFORE(i))
  } finally {
    gateway.close()
    client.close()
  }
}

needs('go').test('the command slipway run answers clients as a real peer and orderer do', async ({ task }) => {
  const client = await clientOf(await slipwayRun())
  const played: Played[] = []
  for (const topic of TOPICS) played.push(await playTopic(client, topic))
  task.meta.clients = played.map(({ topic, cases, differing }) => ({
    topic: `${topic}, slipway run`,
    cases,
    differing,
  }))
  expect(played.flatMap(({ differences }) => differences)).toEqual([])
  expect(played.every(({ cases }) => cases > 0)).toBe(true)
})
