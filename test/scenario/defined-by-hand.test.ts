import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageCollections } from '../../core/privdata/collection-config.ts'
import {
  ApproveChaincodeDefinitionForMyOrgArgs,
  CollectionConfigPackage,
  CommitChaincodeDefinitionArgs,
} from '../../core/protos/lifecycle.ts'
import { fixture } from '../support/fixtures.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { systemChaincode } from '../support/system-chaincode.ts'
import { tempFolder } from '../support/temp.ts'
import { codeOf, openFolder } from './author.ts'

const CHANNEL = 'mychannel'
const NAME = 'feature'

/** Approve and commit a definition, as the `peer` command line does. */
async function defineByHand(
  peer: TestPeer,
  version: string,
  sequence: number,
  { initRequired = false, collections = [] }: { initRequired?: boolean; collections?: object[] } = {},
): Promise<void> {
  const calls = { Approve: ApproveChaincodeDefinitionForMyOrgArgs, Commit: CommitChaincodeDefinitionArgs }
  const lifecycle = systemChaincode(peer, '_lifecycle', CHANNEL)
  for (const Args of [calls.Approve, calls.Commit]) {
    const args = new Args()
    args.setName(NAME)
    args.setVersion(version)
    args.setSequence(sequence)
    args.setInitRequired(initRequired)
    args.setCollections(CollectionConfigPackage.deserializeBinary(packageCollections(collections)))
    const fn = Args === calls.Approve ? 'ApproveChaincodeDefinitionForMyOrg' : 'CommitChaincodeDefinition'
    expect(await lifecycle.submit(fn, args.serializeBinary())).toMatchObject({ message: '', validationCode: 'VALID' })
  }
}

async function open(dataDir: string, folder: string): Promise<TestPeer> {
  const peer = await testPeer({ dataDir })
  const { build } = await openFolder(peer, { folder, watch: false })
  await build(1, 'serving')
  return peer
}

const heightOf = (peer: TestPeer) => peer.state().channels[CHANNEL]?.height ?? 0

test('a chaincode that was defined by hand stays so, until its author takes it back', async () => {
  const dataDir = join(await tempFolder('data'), '.slipway')
  const folder = await fixture('feature-node', 'installed')
  await rm(join(folder, 'collections_config.json'))
  await writeFile(join(folder, 'slipway.yaml'), `name: ${NAME}\nversion: '1.0'\n`)
  const first = await open(dataDir, folder)
  expect(first.chaincode(NAME).definedByHand).toEqual([])
  await defineByHand(first, '7', 2)
  const byHand = [{ channel: CHANNEL, version: '7', sequence: 2, initRequired: false }]
  expect(first.chaincode(NAME).definedByHand).toEqual(byHand)
  await first.peer.close()

  const second = await open(dataDir, folder)
  const height = heightOf(second)
  expect(second.chaincode(NAME).definedByHand).toEqual(byHand)
  const call = { chaincode: NAME, function: 'Put', args: ['a', '1'] }
  expect(await second.api.submit(call)).toMatchObject({ status: 200, validationCode: 'VALID' })
  expect(heightOf(second)).toBe(height + 1)

  await second.api.defineChaincode({ name: NAME })
  expect(second.chaincode(NAME).definedByHand).toEqual([])
  await second.peer.close()
  const third = await open(dataDir, folder)
  expect(third.chaincode(NAME).definedByHand).toEqual([])
  expect(heightOf(third)).toBe(height + 2)
})

const PRIVATE = `  - submit: PutPrivate
    args: [handmade, k]
    transient: { value: v }
    expect: { validationCode: VALID }
`

test('with define: false, a replay has the definition that was made by hand, and until then what the folder says', async () => {
  const folder = await fixture('feature-node', 'installed')
  await rm(join(folder, 'collections_config.json'))
  await writeFile(join(folder, 'slipway.yaml'), `name: ${NAME}\nversion: '1.0'\ndefine: false\n`)
  await mkdir(join(folder, 'scenarios'))
  // A callee is looked up in another way; that it is found is seen from how it is refused.
  const calls = (first: string, last = '') => `scenario: On a ledger of its own
steps:
  - submit: Put
    args: [k, v]
${first}  - evaluate: Call
    args: [${NAME}, '', Get, k, '']
    expect: { error: (${CHANNEL}) exists }
${last}`
  await writeFile(join(folder, 'scenarios/plain.yaml'), calls(''))
  await writeFile(join(folder, 'scenarios/init.yaml'), calls('    isInit: true\n', PRIVATE))
  const peer = await testPeer()
  const chaincode = await openFolder(peer, { folder, watch: false })
  await chaincode.build(1, 'serving')
  const replay = async (scenario: string) => {
    const before = peer.chaincode(NAME).replay?.id
    await peer.api.setReplay({ name: NAME, scenario })
    const { rows } = await chaincode.eventually('it was replayed', ({ replay: now }) =>
      now !== undefined && now.id !== before && (now.state === 'done' || now.state === 'failed') ? now : undefined,
    )
    return rows.map(({ state, differences }) => differences[0] ?? state)
  }
  const call = () => peer.api.submit({ chaincode: NAME, function: 'Put', args: ['a', '1'] })
  expect(await replay('plain')).toEqual(['passed', 'passed'])
  expect(await codeOf(call())).toBe('CHAINCODE_AWAITS_DEFINITION')

  // A transaction before the definition: a replay from nothing begins before both.
  await systemChaincode(peer, 'qscc', CHANNEL).submit('GetChainInfo', CHANNEL)
  const collection = { name: 'handmade', policy: "OR('Org1MSP.member')", requiredPeerCount: 0, maxPeerCount: 1 }
  await defineByHand(peer, '7', 1, { initRequired: true, collections: [{ ...collection, blockToLive: 0 }] })
  const height = heightOf(peer)
  expect(await codeOf(call())).toBe('INIT_REQUIRED')
  expect(await replay('init')).toEqual(['passed', 'passed', 'passed'])
  const refused = expect.stringContaining('INIT_REQUIRED') as string
  expect((await replay('plain'))[0]).toMatchObject({ at: 'error', got: refused })
  expect(heightOf(peer)).toBe(height)
})
