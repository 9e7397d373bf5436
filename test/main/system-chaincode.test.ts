// @module-tag slow
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { buildDoors, slipway, startSlipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'

beforeAll(buildDoors)

test('system chaincodes are called like any other, and their answers are read for people', async () => {
  const folder = await fixture('javascript-contract', 'installed')
  const answer = async (kind: 'submit' | 'evaluate', ...args: string[]) => {
    const { code, stdout } = await slipway(kind, folder, ...args)
    expect(code).toBe(0)
    return JSON.parse(stdout) as { txId: string; payload: string; decoded?: unknown }
  }
  const { txId } = await answer('submit', 'Put', 'k', 'v')

  const info = await answer('evaluate', 'GetChainInfo', 'mychannel', '--chaincode', 'qscc')
  expect(info.decoded).toMatchObject({ height: 3, currentBlockHash: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(info.payload).not.toBe('')

  const block = await answer('evaluate', 'GetBlockByTxID', 'mychannel', txId, '--chaincode', 'qscc')
  expect(block.decoded).toMatchObject({
    number: 2,
    lastConfig: 0,
    signedBy: [{ mspId: 'OrdererMSP', name: 'orderer0' }],
    transactions: [
      {
        txId,
        channel: 'mychannel',
        validationCode: 'VALID',
        creator: { mspId: 'Org1MSP', name: 'User1' },
        endorsers: [{ mspId: 'Org1MSP', name: 'peer0' }],
        readWriteSet: expect.arrayContaining([expect.objectContaining({ writes: [{ key: 'k', value: 'v' }] })]),
      },
    ],
  })

  const config = await answer('evaluate', 'GetChannelConfig', 'mychannel', '--chaincode', 'cscc')
  expect(config.decoded).toMatchObject({
    Channel: {
      groups: {
        Application: {
          policies: { Endorsement: 'MAJORITY Endorsement' },
          groups: {
            Org1MSP: { policies: { Endorsement: "OR('Org1MSP.peer')" }, values: { MSP: { name: 'Org1MSP' } } },
          },
        },
        Orderer: { values: { BatchTimeout: '1ms', BatchSize: { maxMessageCount: 500 } } },
      },
    },
  })
  const genesis = await answer('evaluate', 'GetBlockByNumber', 'mychannel', '0', '--chaincode', 'qscc')
  expect(genesis.decoded).toMatchObject({ number: 0, transactions: [{ type: 'CONFIG', config: { sequence: 0 } }] })

  const gone = await slipway('evaluate', folder, 'getchaincodes', '--chaincode', 'lscc')
  expect([gone.code, JSON.parse(gone.stdout)]).toMatchObject([2, { error: { code: 'LSCC_GONE' } }])
  await writeFile(join(folder, 'slipway.yaml'), "peer: { version: '2.5' }")
  // Its chaincodes are those of the older lifecycle, of which there are none; on the folder's channel.
  expect((await answer('evaluate', 'getchaincodes', '--chaincode', 'lscc')).decoded).toEqual([])
  const older = await answer('evaluate', 'GetChannelConfig', 'mychannel', '--chaincode', 'cscc')
  for (const [{ decoded }, capability] of [
    [config, 'V3_0'],
    [older, 'V2_0'],
  ] as const) {
    expect(decoded).toMatchObject({ Channel: { values: { Capabilities: [capability] } } })
  }

  const unknown = await slipway('evaluate', folder, 'Get', 'k', '--chaincode', 'nosuch')
  expect([unknown.code, JSON.parse(unknown.stdout)]).toMatchObject([2, { error: { code: 'CHAINCODE_UNKNOWN' } }])
})

test('_lifecycle takes JSON: a definition is approved, found ready, committed and shown', async () => {
  const folder = await fixture('javascript-contract', 'installed')
  // Opening a folder defines it again, so it must stay open meanwhile.
  const running = startSlipway(['run', folder, '--no-watch'])
  await running.says('ready')
  const call = async (kind: 'submit' | 'evaluate', fn: string, ...args: unknown[]) => {
    const given = args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg)))
    const { code, stdout } = await slipway(kind, folder, fn, ...given, '--chaincode', '_lifecycle')
    return { code, ...(JSON.parse(stdout) as { decoded?: unknown; validationCode?: string; error?: { code: string } }) }
  }
  const name = 'javascript-contract'
  expect((await call('evaluate', 'QueryChaincodeDefinition', { name })).decoded).toEqual({
    sequence: 1,
    version: '1.0.0',
    endorsementPlugin: 'escc',
    validationPlugin: 'vscc',
    endorsementPolicy: '/Channel/Application/Endorsement',
    initRequired: false,
    approvals: { Org1MSP: true },
  })

  const collections = [{ name: 'secrets', policy: "OR('Org1MSP.member')", blockToLive: 3 }]
  const endorsementPolicy = "OR('Org1MSP.peer')"
  const wanted = { name, version: '2', sequence: 2, endorsementPolicy, collections }
  const readiness = async () => (await call('evaluate', 'CheckCommitReadiness', wanted)).decoded
  expect(await readiness()).toMatchObject({ approvals: { Org1MSP: false } })
  const approval = await call('submit', 'ApproveChaincodeDefinitionForMyOrg', { ...wanted, packageId: 'assets:1' })
  expect(approval.validationCode).toBe('VALID')
  expect(await readiness()).toEqual({ approvals: { Org1MSP: true } })
  const shown = { version: '2', sequence: 2, endorsementPolicy, collections: [expect.objectContaining(collections[0])] }
  const approved = await call('evaluate', 'QueryApprovedChaincodeDefinition', { name, sequence: 2 })
  expect(approved.decoded).toMatchObject({ ...shown, packageId: 'assets:1' })
  expect((await call('submit', 'CommitChaincodeDefinition', wanted)).validationCode).toBe('VALID')
  const all = await call('evaluate', 'QueryChaincodeDefinitions')
  expect(all.decoded).toEqual([expect.objectContaining({ name, ...shown })])

  const refused = [
    ['QueryChaincodeDefinition', { nme: name }],
    ['QueryChaincodeDefinition', { name: 1 }],
    ['QueryChaincodeDefinition', '["assets"]'],
    ['QueryChaincodeDefinition', 'assets'],
    ['CheckCommitReadiness', { sequence: 1.5 }],
    ['CheckCommitReadiness', { initRequired: 'yes' }],
    ['CheckCommitReadiness', { endorsementPolicy: 'XOR()' }],
    ['CheckCommitReadiness', { collections: {} }],
  ] as const
  for (const [fn, given] of refused) {
    expect(await call('evaluate', fn, given)).toMatchObject({ code: 2, error: { code: 'ARGUMENT_INVALID' } })
  }
  running.child.kill('SIGTERM')
  await running.ended
})
