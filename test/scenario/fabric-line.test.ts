import { expect, test } from 'vitest'
import type { PeerSettings } from '../../core/config/peer-config.ts'
import { WriteRecord } from '../../core/protos/shim-requests.ts'
import { attachedPeer, nextTransaction, openAttached, outcome, textOf } from '../support/attached.ts'
import { makeCertificate } from '../support/certificates.ts'
import { testPeer } from '../support/peer.ts'
import { requests } from '../support/requests.ts'
import { tempFolder } from '../support/temp.ts'

/** What a channel requires is in its newest configuration block. */
async function capabilitiesOf(settings: Partial<PeerSettings>) {
  const peer = await testPeer(settings)
  await openAttached(peer)
  return peer.state().fabric
}

test.each([
  [{}, { version: '3.1', capabilities: { channel: 'V3_0', application: 'V2_5' } }],
  [{ version: '2.5' }, { version: '2.5', capabilities: { channel: 'V2_0', application: 'V2_5' } }],
  [
    { version: '3.1', capabilities: { channel: 'V2_0', application: 'V2_0' } },
    { version: '3.1', capabilities: { channel: 'V2_0', application: 'V2_0' } },
  ],
] as const)('%j is shown in the state', async (settings, fabric) => {
  expect(await capabilitiesOf(settings)).toEqual(fabric)
})

test('with V3_0 an Ed25519 identity is issued and imported, calls, and its transactions are valid', async () => {
  const { peer, chaincode } = await attachedPeer()
  const issued = await peer.api.issueIdentity({ name: 'eddy', keyAlgorithm: 'Ed25519' })
  expect([issued.keyAlgorithm, issued.problem]).toEqual(['Ed25519', undefined])
  const root = await makeCertificate({ subject: 'CN=root', isCA: true })
  const made = await makeCertificate({ subject: 'OU=client, CN=edna', issuer: root, keyAlgorithm: 'Ed25519' })
  await peer.api.importIdentity({ name: 'edna', ...made, caCertificates: root.certificate })

  for (const identity of ['eddy', 'edna']) {
    const call = outcome(peer.api.submit({ chaincode: 'raw', function: 'put', args: [], identity }))
    const transaction = await nextTransaction(chaincode)
    await transaction.ask('PUT_STATE', requests.put('k', identity))
    await transaction.complete('done')
    expect(await call.result).toMatchObject({ validationCode: 'VALID', identity: `${identity}@Org1MSP` })
  }
})

test.each([
  // core/endorser/msgvalidation.go: a 2.5 peer can't read the certificate, one of 3.1 refuses it.
  ['2.5', 'creator org unknown, creator is malformed', /public key type not recognized/],
  ['3.1', 'creator org [Org1MSP]', /Ed25519 is not supported/],
] as const)('with V2_0 a peer of %s refuses it', async (version, told, reason) => {
  const dataDir = await tempFolder('data')
  const before = await testPeer({ dataDir })
  await before.api.issueIdentity({ name: 'eddy', keyAlgorithm: 'Ed25519' })
  const { certificate, privateKey } = await before.api.exportIdentity({ identity: 'eddy' })
  await before.peer.close()

  const peer = await testPeer({ dataDir, version, capabilities: { channel: 'V2_0' } })
  await openAttached(peer)
  const call = peer.api.submit({ chaincode: 'raw', function: 'put', args: [], identity: 'eddy' })
  const refusal = await outcome(call).error
  expect(refusal).toMatchObject({
    code: 'ACCESS_DENIED',
    details: {
      message: `error validating proposal: access denied: channel [mychannel] ${told}`,
      reason: expect.stringMatching(reason),
    },
  })
  const issuing = peer.api.issueIdentity({ name: 'eve', keyAlgorithm: 'Ed25519' })
  await expect(issuing).rejects.toMatchObject({ code: 'IDENTITY_KEY' })
  const importing = peer.api.importIdentity({ name: 'eve', certificate, privateKey })
  await expect(importing).rejects.toMatchObject({ code: 'IDENTITY_KEY' })
})

test('the application capability V2_0 refuses purges, alone and in a batch', async () => {
  const { attached, chaincode } = await attachedPeer({ capabilities: { application: 'V2_0' } })
  const call = attached.submit('purge')
  const transaction = await nextTransaction(chaincode)
  // core/chaincode/handler.go, checkPurgePrivateDataCap, v2.5 and v3.1.
  const words = 'purge private data is not enabled, channel application capability of V2_5 or later is required'
  const alone = await transaction.ask('PURGE_PRIVATE_DATA', requests.get('k'))
  expect(textOf(alone)).toMatch(new RegExp(`^PURGE_PRIVATE_DATA failed: transaction ID: \\w+: ${words}$`))
  const records = requests.batch({ type: WriteRecord.Type.PURGE_PRIVATE_DATA, key: 'k', collection: 'secrets' })
  const batch = await transaction.ask('WRITE_BATCH_STATE', records)
  expect(textOf(batch)).toContain(words)
  await transaction.complete('done')
  expect(await call.result).toMatchObject({ validationCode: 'VALID' })
})
