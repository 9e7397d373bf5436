import { beforeAll, expect, test } from 'vitest'
import { buildDoors, slipway } from '../support/command-line.ts'
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

  const unknown = await slipway('evaluate', folder, 'Get', 'k', '--chaincode', 'nosuch')
  expect([unknown.code, JSON.parse(unknown.stdout)]).toMatchObject([2, { error: { code: 'CHAINCODE_UNKNOWN' } }])
})
