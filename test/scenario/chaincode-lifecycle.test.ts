import { describe, expect, test } from 'vitest'
import { packageId, writeLifecyclePackage } from '../../core/ccprovider/lifecycle-package.ts'
import { packageCollections } from '../../core/privdata/collection-config.ts'
import {
  ApproveChaincodeDefinitionForMyOrgArgs,
  ChaincodeSource,
  CheckCommitReadinessArgs,
  CheckCommitReadinessResult,
  CollectionConfigPackage,
  CommitChaincodeDefinitionArgs,
  GetInstalledChaincodePackageArgs,
  GetInstalledChaincodePackageResult,
  InstallChaincodeArgs,
  InstallChaincodeResult,
  QueryApprovedChaincodeDefinitionArgs,
  QueryApprovedChaincodeDefinitionResult,
  QueryApprovedChaincodeDefinitionsArgs,
  QueryApprovedChaincodeDefinitionsResult,
  QueryChaincodeDefinitionArgs,
  QueryChaincodeDefinitionResult,
  QueryChaincodeDefinitionsArgs,
  QueryChaincodeDefinitionsResult,
  QueryInstalledChaincodeArgs,
  QueryInstalledChaincodeResult,
  QueryInstalledChaincodesArgs,
  QueryInstalledChaincodesResult,
} from '../../core/protos/lifecycle.ts'
import { openAttached } from '../support/attached.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { bytesOf, systemChaincode } from '../support/system-chaincode.ts'

interface Described {
  setName(value: string): unknown
  setVersion(value: string): unknown
  setSequence(value: number): unknown
  setInitRequired(value: boolean): unknown
  setCollections(value?: CollectionConfigPackage): unknown
}

interface Given {
  name?: string
  version?: string
  sequence?: number
  initRequired?: boolean
  collections?: Uint8Array
}

function described<T extends Described>(args: T, given: Given = {}): T {
  args.setName(given.name ?? 'hand')
  args.setVersion(given.version ?? '1')
  args.setSequence(given.sequence ?? 1)
  args.setInitRequired(given.initRequired ?? false)
  if (given.collections !== undefined) {
    args.setCollections(CollectionConfigPackage.deserializeBinary(given.collections))
  }
  return args
}

function approval(given: Given = {}, id = ''): Uint8Array {
  const args = described(new ApproveChaincodeDefinitionForMyOrgArgs(), given)
  const local = new ChaincodeSource.Local()
  local.setPackageId(id)
  const source = new ChaincodeSource()
  source.setLocalPackage(local)
  if (id !== '') args.setSource(source)
  return args.serializeBinary()
}

const commitment = (given: Given = {}) => described(new CommitChaincodeDefinitionArgs(), given).serializeBinary()
const readiness = (given: Given = {}) => described(new CheckCommitReadinessArgs(), given).serializeBinary()

function named<T extends { setName(name: string): unknown; serializeBinary(): Uint8Array }>(args: T, name: string) {
  args.setName(name)
  return args.serializeBinary()
}

async function definition(peer: TestPeer, name: string) {
  const args = named(new QueryChaincodeDefinitionArgs(), name)
  const result = await systemChaincode(peer, '_lifecycle', 'mychannel').evaluate('QueryChaincodeDefinition', args)
  const { message } = result
  if (result.status !== 200) throw new Error(`${result.status} ${message}`)
  return QueryChaincodeDefinitionResult.deserializeBinary(bytesOf(result))
}

async function scene() {
  const peer = await testPeer()
  await openAttached(peer)
  return { peer, lifecycle: systemChaincode(peer, '_lifecycle', 'mychannel') }
}

describe('opening a chaincode', () => {
  test('defines and approves it in one block behind the channel’s first', async () => {
    const { peer, lifecycle } = await scene()
    expect(peer.state().channels['mychannel']?.height).toBe(2)
    const found = await definition(peer, 'raw')
    expect(found.toObject()).toMatchObject({
      sequence: 1,
      version: '1.0',
      endorsementPlugin: 'escc',
      validationPlugin: 'vscc',
      initRequired: false,
      approvalsMap: [['Org1MSP', true]],
    })
    const all = await lifecycle.evaluate(
      'QueryChaincodeDefinitions',
      new QueryChaincodeDefinitionsArgs().serializeBinary(),
    )
    expect(
      QueryChaincodeDefinitionsResult.deserializeBinary(bytesOf(all))
        .getChaincodeDefinitionsList()
        .map((one) => one.getName()),
    ).toEqual(['raw'])
    const approved = await lifecycle.evaluate(
      'QueryApprovedChaincodeDefinition',
      named(new QueryApprovedChaincodeDefinitionArgs(), 'raw'),
    )
    const source = QueryApprovedChaincodeDefinitionResult.deserializeBinary(bytesOf(approved)).getSource()
    expect(source?.getLocalPackage()?.getPackageId()).toBe('raw:1.0')
  })

  test('stands under Fabric’s keys', async () => {
    const { peer } = await scene()
    const { entries } = await peer.api.readState({ channel: 'mychannel', namespace: '_lifecycle', limit: 10 })
    expect(entries.map(({ key }) => key)).toEqual([
      'namespaces/fields/raw/Collections',
      'namespaces/fields/raw/EndorsementInfo',
      'namespaces/fields/raw/Sequence',
      'namespaces/fields/raw/ValidationInfo',
      'namespaces/metadata/raw',
    ])
  })

  test('again writes nothing, also after a restart; another version or rule is the next sequence', async () => {
    const { peer } = await scene()
    await peer.peer.close()
    const second = await testPeer({ dataDir: peer.dataDir })
    await openAttached(second)
    expect(second.state().channels['mychannel']?.height).toBe(2)
    await second.api.setVersion({ name: 'raw', version: '2.0+build.5' })
    expect((await definition(second, 'raw')).toObject()).toMatchObject({ sequence: 2, version: '2.0+build.5' })
    await second.api.closeChaincode({ name: 'raw' })
    await openAttached(second, { version: '2.0+build.5', initRequired: true })
    expect((await definition(second, 'raw')).toObject()).toMatchObject({ sequence: 3, initRequired: true })
    expect(second.state().channels['mychannel']?.height).toBe(4)
  })
})

describe('a client', () => {
  const code = { type: 'golang' as const, label: 'hand_1', path: 'example.com/hand', code: Buffer.from('code') }

  test('installs, approves and commits a definition, and each step is told', async () => {
    const { lifecycle, peer } = await scene()
    const bytes = writeLifecyclePackage(code)
    const install = new InstallChaincodeArgs()
    install.setChaincodeInstallPackage(bytes)
    const local = systemChaincode(peer, '_lifecycle')
    const installed = InstallChaincodeResult.deserializeBinary(
      bytesOf(await local.evaluate('InstallChaincode', install.serializeBinary())),
    )
    const id = packageId('hand_1', bytes)
    expect(installed.toObject()).toEqual({ packageId: id, label: 'hand_1' })
    expect(await local.evaluate('InstallChaincode', install.serializeBinary())).toMatchObject({
      status: 500,
      message: `failed to invoke backing implementation of 'InstallChaincode': chaincode already successfully installed (package ID '${id}')`,
    })
    const get = new GetInstalledChaincodePackageArgs()
    get.setPackageId(id)
    const got = await local.evaluate('GetInstalledChaincodePackage', get.serializeBinary())
    const back = GetInstalledChaincodePackageResult.deserializeBinary(bytesOf(got)).getChaincodeInstallPackage_asU8()
    expect(Buffer.compare(back, bytes)).toBe(0)

    const before = await lifecycle.evaluate('CheckCommitReadiness', readiness())
    expect(CheckCommitReadinessResult.deserializeBinary(bytesOf(before)).toObject()).toEqual({
      approvalsMap: [['Org1MSP', false]],
      mismatchesMap: [['Org1MSP', { itemsList: ['ChaincodeParameters'] }]],
    })
    expect(await lifecycle.submit('CommitChaincodeDefinition', commitment())).toMatchObject({
      status: 500,
      message:
        "failed to invoke backing implementation of 'CommitChaincodeDefinition': chaincode definition not agreed to by this org (Org1MSP)",
    })
    expect(await lifecycle.submit('ApproveChaincodeDefinitionForMyOrg', approval({}, id))).toMatchObject({
      validationCode: 'VALID',
    })
    const other = await lifecycle.evaluate('CheckCommitReadiness', readiness({ version: '2' }))
    expect(CheckCommitReadinessResult.deserializeBinary(bytesOf(other)).toObject()).toEqual({
      approvalsMap: [['Org1MSP', false]],
      mismatchesMap: [['Org1MSP', { itemsList: ['EndorsementInfo'] }]],
    })
    expect(await lifecycle.submit('CommitChaincodeDefinition', commitment())).toMatchObject({ validationCode: 'VALID' })
    expect((await definition(peer, 'hand')).toObject()).toMatchObject({
      sequence: 1,
      approvalsMap: [['Org1MSP', true]],
    })

    const approvals = await lifecycle.evaluate(
      'QueryApprovedChaincodeDefinitions',
      new QueryApprovedChaincodeDefinitionsArgs().serializeBinary(),
    )
    expect(
      QueryApprovedChaincodeDefinitionsResult.deserializeBinary(bytesOf(approvals))
        .getApprovedChaincodeDefinitionsList()
        .map((one) => [one.getName(), one.getSource()?.getLocalPackage()?.getPackageId()]),
    ).toEqual([
      ['hand', id],
      ['raw', 'raw:1.0'],
    ])
    const queryOne = new QueryInstalledChaincodeArgs()
    queryOne.setPackageId(id)
    const one = await local.evaluate('QueryInstalledChaincode', queryOne.serializeBinary())
    const references = [['mychannel', { chaincodesList: [{ name: 'hand', version: '1' }] }]]
    expect(QueryInstalledChaincodeResult.deserializeBinary(bytesOf(one)).toObject()).toEqual({
      packageId: id,
      label: 'hand_1',
      referencesMap: references,
    })
    const all = await local.evaluate('QueryInstalledChaincodes', new QueryInstalledChaincodesArgs().serializeBinary())
    expect(QueryInstalledChaincodesResult.deserializeBinary(bytesOf(all)).toObject()).toEqual({
      installedChaincodesList: [{ packageId: id, label: 'hand_1', referencesMap: references }],
    })
  })

  test('is refused in Fabric’s words', async () => {
    const { peer, lifecycle } = await scene()
    const collections = packageCollections([{ name: 'one', policy: "OR('Org1MSP.member')" }])
    const foreign = packageCollections([{ name: 'one', policy: "OR('Nope.member')" }])
    const together = packageCollections([{ name: 'one', policy: "AND('Org1MSP.member','Org1MSP.admin')" }])
    await lifecycle.submit('ApproveChaincodeDefinitionForMyOrg', approval({ name: 'kept', collections }))
    await lifecycle.submit('CommitChaincodeDefinition', commitment({ name: 'kept', collections }))
    const height = peer.state().channels['mychannel']?.height
    const approve = 'ApproveChaincodeDefinitionForMyOrg'
    const failed = (fn: string, text: string) => `failed to invoke backing implementation of '${fn}': ${text}`
    const invalid = (text: string) => failed(approve, `error validating chaincode definition: ${text}`)
    const refusals: [call: [string, ...Uint8Array[]], status: number, message: string][] = [
      [['x'], 500, 'lifecycle scc operations require exactly two arguments but received 1'],
      [
        ['Nope', Buffer.of()],
        500,
        'Failed to authorize invocation due to failed ACL check: Unmapped policy for _lifecycle/Nope',
      ],
      [
        ['QueryChaincodeDefinition', named(new QueryChaincodeDefinitionArgs(), 'nosuch')],
        404,
        'namespace nosuch is not defined',
      ],
      [
        ['QueryApprovedChaincodeDefinition', named(new QueryApprovedChaincodeDefinitionArgs(), 'nosuch')],
        500,
        failed(
          'QueryApprovedChaincodeDefinition',
          "could not fetch approved chaincode definition (name: 'nosuch', sequence: '0') on channel 'mychannel'",
        ),
      ],
      [
        [approve, approval({ sequence: 0 })],
        500,
        failed(approve, 'requested sequence is 0, but first definable sequence number is 1'),
      ],
      [
        [approve, approval({ sequence: 3 })],
        500,
        failed(approve, 'requested sequence 3 is larger than the next available sequence number 1'),
      ],
      [
        [approve, approval({ name: 'raw', sequence: 0 })],
        500,
        failed(approve, 'currently defined sequence 1 is larger than requested sequence 0'),
      ],
      [
        [approve, approval({ name: 'raw', version: '9' })],
        500,
        failed(
          approve,
          "attempted to redefine the current committed sequence (1) for namespace raw with different parameters: expected Version '1.0' does not match passed Version '9'",
        ),
      ],
      [
        [approve, approval({ name: 'raw', version: '1.0' }, 'raw:1.0')],
        500,
        failed(approve, 'attempted to redefine the current committed sequence (1) for namespace raw'),
      ],
      [
        ['CheckCommitReadiness', readiness({ sequence: 2 })],
        500,
        failed('CheckCommitReadiness', 'requested sequence is 2, but new definition must be sequence 1'),
      ],
      [
        [approve, approval({ name: 'no/name' })],
        500,
        invalid(
          "invalid chaincode name 'no/name'. Names can only consist of alphanumerics, '_', and '-' and can only begin with alphanumerics",
        ),
      ],
      [[approve, approval({ name: 'qscc' })], 500, invalid("chaincode name 'qscc' is the name of a system chaincode")],
      [
        [approve, approval({ version: '1/2' })],
        500,
        invalid("invalid chaincode version '1/2'. Versions can only consist of alphanumerics, '_', '-', '+', and '.'"),
      ],
      [
        [approve, approval({ collections: foreign })],
        500,
        invalid("collection-name: one -- collection member 'Nope' is not part of the channel"),
      ],
      [
        [approve, approval({ collections: together })],
        500,
        invalid(
          'collection-name: one -- error in member org policy: signature policy is not an OR concatenation, NOutOf 2',
        ),
      ],
      [
        [approve, approval({ name: 'kept', sequence: 2 })],
        500,
        invalid('the proposed collection config does not contain previously defined collections'),
      ],
    ]
    for (const [call, status, message] of refusals) {
      expect(await lifecycle.submit(...call)).toMatchObject({ status, message })
    }
    const garbage = await lifecycle.evaluate('QueryChaincodeDefinition', Buffer.of(0xff, 0xff))
    expect([garbage.status, garbage.message]).toEqual([500, expect.stringContaining('could not decode input arg for')])
    expect(peer.state().channels['mychannel']?.height).toBe(height)
  })

  test('approves the same again in vain, and a chaincode without a channel is none', async () => {
    const { peer, lifecycle } = await scene()
    await lifecycle.submit('ApproveChaincodeDefinitionForMyOrg', approval({}, 'hand:1'))
    const again = await lifecycle.submit('ApproveChaincodeDefinitionForMyOrg', approval({}, 'hand:1'))
    expect(again.message).toBe(
      "failed to invoke backing implementation of 'ApproveChaincodeDefinitionForMyOrg': attempted to redefine uncommitted sequence (1) for namespace hand with unchanged content",
    )
    const nowhere = await systemChaincode(peer, '_lifecycle').evaluate('CheckCommitReadiness', readiness())
    expect(nowhere.message).toBe(
      "failed to invoke backing implementation of 'CheckCommitReadiness': no application config for channel ''",
    )
  })
})
