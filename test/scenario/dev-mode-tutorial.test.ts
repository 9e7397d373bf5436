// @module-tag slow
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished } from 'vitest'
import { applicationPolicy } from '../../core/policies/application-policy.ts'
import { newPlayer, type RecordedCommand } from '../conformance/clients/command-lines/play.ts'
import { ident, makeCtx, type Client, type Identity } from '../conformance/clients/recorded/steps.mjs'
import { fixture } from '../support/fixtures.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'

const run = promisify(execFile)
const CHANNEL = 'ch1'
const NAME = 'mycc'

const file = new URL('../conformance/clients/command-lines/peer-cli.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: RecordedCommand[] }

interface Command {
  /** A recorded command, whose requests it makes. */
  as: string
  chaincode?: string
  args: (string | object)[]
  isInit?: boolean
  /** What it is answered; the rest is as recorded. */
  answer?: { status?: number; message?: string; payload?: string }
}

/** The requests of a recorded command for another chaincode, with other arguments. */
function command({ as, chaincode = NAME, args, isInit = false, answer = {} }: Command): RecordedCommand {
  const recorded = cases.find(({ name }) => name === as)
  if (recorded === undefined) throw new Error(`no command ${as} is recorded`)
  const calls = recorded.calls.map((line) => {
    if (line.ev === 'call') {
      const { spec, ...rest } = line.msg as { spec: object }
      return { ...line, msg: { ...rest, extChaincode: { name: chaincode }, spec: { ...spec, args, isInit } } }
    }
    if (line.ev !== 'answer') return line
    const { response, ...rest } = line.msg as { response: object }
    return { ...line, msg: { ...rest, response: { ...response, ...answer } } }
  })
  return { ...recorded, identity: 'admin', calls }
}

async function clientOf(peer: TestPeer): Promise<Client> {
  await peer.api.issueIdentity({ name: 'Admin', role: 'admin' })
  const identity = async (name: string): Promise<Identity> => {
    const { certificate, privateKey } = await peer.api.exportIdentity({ identity: name })
    return ident('Org1MSP', certificate, privateKey)
  }
  const { peers, orderer = '' } = peer.state().services
  const client = makeCtx({
    ...{ peerAddr: peers['Org1MSP'] ?? '', ordAddr: orderer, mspid: 'Org1MSP', channel: CHANNEL, cc: NAME },
    ids: { client: await identity('User1'), admin: await identity('Admin') },
  })
  onTestFinished(() => client.close())
  return client
}

/** Build the chaincode and start it in a terminal, as the tutorial says. */
async function start(folder: string, address: string): Promise<void> {
  const program = join(folder, process.platform === 'win32' ? 'mycc.exe' : 'mycc')
  await run('go', ['build', '-o', program, '.'], { cwd: folder })
  const env = { CORE_CHAINCODE_LOGLEVEL: 'debug', CORE_PEER_TLS_ENABLED: 'false', CORE_CHAINCODE_ID_NAME: 'mycc:1.0' }
  const child = spawn(program, ['-peer.address', address], { env: { ...process.env, ...env }, stdio: 'ignore' })
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
}

const { test } = needs('go')

// docs/source/peer-chaincode-devmode.md of Fabric 2.5, from “start the chaincode” on.
test('Fabric’s dev-mode tutorial: start the chaincode, approve, commit, initialise, invoke, query', async () => {
  const peer = await testPeer({ version: '2.5', listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0' })
  const folder = await fixture('asset-transfer-go', 'bare')
  const settings = { name: NAME, version: '1.0', channel: CHANNEL, startedBy: 'you', define: false }
  await writeFile(join(folder, 'slipway.yaml'), JSON.stringify(settings))
  await peer.api.openChaincode({ folder, watch: false })
  const { play } = await newPlayer(await clientOf(peer))
  const does = async (wanted: Command) => {
    const { answered, recorded } = await play(command(wanted))
    expect(answered).toEqual(recorded)
  }
  await start(folder, peer.address())
  await peer.eventually('it is ready', ({ chaincodes }) => chaincodes[NAME]?.registration.state === 'ready')

  const call = (fn: string, ...args: string[]) => [fn, ...args]
  const undefinedYet = `make sure the chaincode ${NAME} has been successfully defined on channel ${CHANNEL} and try again: chaincode ${NAME} not found`
  await does({ as: 'invoke, unknown chaincode', args: call('GetAllAssets'), answer: { message: undefinedYet } })
  await expect(peer.api.evaluate({ chaincode: NAME, function: 'GetAllAssets', args: [] })).rejects.toMatchObject({
    code: 'CHAINCODE_AWAITS_DEFINITION',
  })

  const definition = {
    ...{ sequence: 1, name: NAME, version: '1.0', endorsementPlugin: '', validationPlugin: '', initRequired: true },
    validationParameter: Buffer.from(applicationPolicy("OR('Org1MSP.member')")).toString('base64'),
  }
  const lifecycle = (as: string, fn: string, more: object = {}) =>
    does({ as: `lifecycle ${as}`, chaincode: '_lifecycle', args: [fn, { ...definition, ...more }] })
  const source = { localPackage: { packageId: 'mycc:1.0' } }
  await lifecycle('approveformyorg, signature policy', 'ApproveChaincodeDefinitionForMyOrg', { source })
  await lifecycle('checkcommitreadiness', 'CheckCommitReadiness')
  await lifecycle('commit', 'CommitChaincodeDefinition')
  await peer.eventually('it is defined', ({ chaincodes }) => chaincodes[NAME]?.definedByHand.length === 1)
  expect(peer.chaincode(NAME).definedByHand).toEqual([
    { channel: CHANNEL, version: '1.0', sequence: 1, initRequired: true },
  ])

  const nothing = { status: 200, message: '', payload: '' }
  await does({ as: 'invoke --isInit', args: call('InitLedger'), isInit: true, answer: nothing })
  const created = '{"id":"asset9","color":"red","size":7,"owner":"Tom","appraisedValue":90}'
  const create = call('CreateAsset', 'asset9', 'red', '7', 'Tom', '90')
  await does({ as: 'invoke --waitForEvent', args: create, answer: { ...nothing, payload: created } })
  await does({ as: 'query', args: call('AssetExists', 'asset9'), answer: { message: '', payload: 'true' } })
})
