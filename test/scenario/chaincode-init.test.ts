import { describe, expect, test } from 'vitest'
import { attachedPeer, nextTransaction, openAttached, stillServes } from '../support/attached.ts'
import { testPeer } from '../support/peer.ts'
import { requests } from '../support/requests.ts'

describe('Init', () => {
  test('is what an init call is sent as, once for each version; nothing else passes before', async () => {
    const peer = await testPeer()
    const attached = await openAttached(peer, { initRequired: true })
    const chaincode = await attached.register()
    const init = () => peer.api.submit({ chaincode: 'raw', function: 'init', args: ['a'], isInit: true })
    expect(await attached.submit('early').code).toBe('INIT_REQUIRED')
    const initializing = init()
    const transaction = await nextTransaction(chaincode, 'INIT')
    // Recorded: init.
    expect(transaction.args).toEqual(['init', 'a'])
    await transaction.ask('PUT_STATE', requests.put('k', 'v'))
    await transaction.complete('ready')
    expect(await initializing).toMatchObject({ payload: 'ready', validationCode: 'VALID' })
    await expect(init()).rejects.toMatchObject({ code: 'INIT_DONE' })
    await stillServes(attached, chaincode)
  })

  test('that fails leaves the chaincode uninitialized', async () => {
    const peer = await testPeer()
    const attached = await openAttached(peer, { initRequired: true })
    const chaincode = await attached.register()
    const init = peer.api.submit({ chaincode: 'raw', function: 'init', args: [], isInit: true })
    await (await nextTransaction(chaincode, 'INIT')).complete('no', 500)
    expect(await init).toMatchObject({ status: 500 })
    expect(await attached.submit('early').code).toBe('INIT_REQUIRED')
  })

  test('is refused where it is not required', async () => {
    const { peer } = await attachedPeer()
    const init = peer.api.submit({ chaincode: 'raw', function: 'init', args: [], isInit: true })
    await expect(init).rejects.toMatchObject({ code: 'INIT_NOT_REQUIRED' })
  })
})
