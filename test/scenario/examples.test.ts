// @module-tag slow
import { describe, expect, test } from 'vitest'
import { fixture } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'

/** The samples do the same in both languages: this is what they do. */
function behavesAsAssetTransfer(name: 'asset-transfer-typescript' | 'asset-transfer-go'): void {
  test('keeps assets, finds them by owner, and tells of transfers', async () => {
    const { api, eventually } = await testPeer()
    const { name: opened } = await api.openChaincode({ folder: await fixture(name), name: 'assets', watch: false })
    await eventually('it is ready', ({ chaincodes }) => chaincodes[opened]?.registration.state === 'ready')
    const call = (kind: 'submit' | 'evaluate', fn: string, ...args: string[]) =>
      api[kind]({ chaincode: opened, function: fn, args })
    const payload = async (fn: string, ...args: string[]) => JSON.parse((await call('evaluate', fn, ...args)).payload)

    expect(await call('submit', 'InitLedger')).toMatchObject({ status: 200, validationCode: 'VALID' })
    const asset4 = { id: 'asset4', color: 'yellow', size: 7, owner: 'Ada', appraisedValue: 250 }
    const created = await call('submit', 'CreateAsset', 'asset4', 'yellow', '7', 'Ada', '250')
    expect(JSON.parse(created.payload)).toEqual(asset4)
    expect(await payload('ReadAsset', 'asset4')).toEqual(asset4)
    expect((await payload('GetAllAssets')).map((asset: { id: string }) => asset.id)).toEqual([
      'asset1',
      'asset2',
      'asset3',
      'asset4',
    ])
    expect(await payload('GetAssetsByOwner', 'Ada')).toEqual([asset4])

    const again = await call('submit', 'CreateAsset', 'asset4', 'yellow', '7', 'Ada', '250')
    expect(again).toMatchObject({ status: 500, message: expect.stringContaining('exists already') })

    const transferred = await call('submit', 'TransferAsset', 'asset4', 'Grace')
    expect(transferred).toMatchObject({ payload: 'Ada', validationCode: 'VALID' })
    expect(transferred.events).toEqual([
      {
        name: 'TransferAsset',
        payload: JSON.stringify({ id: 'asset4', from: 'Ada', to: 'Grace' }),
        payloadEncoding: 'utf8',
      },
    ])
    expect(await payload('GetAssetsByOwner', 'Ada')).toEqual([])
    expect(await payload('GetAssetsByOwner', 'Grace')).toEqual([{ ...asset4, owner: 'Grace' }])
    const printed = () => api.readCallLogs({ id: transferred.callId })
    await expect
      .poll(async () => (await printed()).lines.map(({ text }) => text))
      .toContain('Asset asset4 goes from Ada to Grace')

    await call('submit', 'UpdateAsset', 'asset4', 'black', '8', '300')
    expect(await payload('ReadAsset', 'asset4')).toEqual({
      ...asset4,
      owner: 'Grace',
      color: 'black',
      size: 8,
      appraisedValue: 300,
    })
    expect(await call('submit', 'DeleteAsset', 'asset4')).toMatchObject({ status: 200, validationCode: 'VALID' })
    expect((await call('evaluate', 'AssetExists', 'asset4')).payload).toBe('false')
    expect(await payload('GetAssetsByOwner', 'Grace')).toEqual([])
  })

  test('says what it is made of', async () => {
    const { api } = await testPeer()
    const { name: opened } = await api.openChaincode({ folder: await fixture(name), name: 'assets', watch: false })
    const contract = await api.readContract({ name: opened })
    const functions = contract?.contracts.find((each) => each.isDefault)?.functions ?? []
    expect(functions.map((each) => each.name)).toEqual(
      expect.arrayContaining(['CreateAsset', 'TransferAsset', 'GetAllAssets']),
    )
    const create = functions.find((each) => each.name === 'CreateAsset')
    expect(create?.parameters.map(({ schema }) => (schema.type === 'integer' ? 'number' : schema.type))).toEqual([
      'string',
      'string',
      'number',
      'string',
      'number',
    ])
  })
}

describe('the TypeScript sample', () => behavesAsAssetTransfer('asset-transfer-typescript'))
needs('go').describe('the Go sample', () => behavesAsAssetTransfer('asset-transfer-go'))
