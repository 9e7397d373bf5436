import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ApproveChaincodeDefinitionForMyOrgArgs, CommitChaincodeDefinitionArgs } from '../../core/protos/lifecycle.ts'
import { fixture } from '../support/fixtures.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { systemChaincode } from '../support/system-chaincode.ts'
import { tempFolder } from '../support/temp.ts'
import { openFolder } from './author.ts'

const CHANNEL = 'mychannel'
const NAME = 'feature'

/** Approve and commit a definition, as the `peer` command line does. */
async function defineByHand(peer: TestPeer, version: string, sequence: number): Promise<void> {
  const calls = { Approve: ApproveChaincodeDefinitionForMyOrgArgs, Commit: CommitChaincodeDefinitionArgs }
  const lifecycle = systemChaincode(peer, '_lifecycle', CHANNEL)
  for (const Args of [calls.Approve, calls.Commit]) {
    const args = new Args()
    args.setName(NAME)
    args.setVersion(version)
    args.setSequence(sequence)
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
