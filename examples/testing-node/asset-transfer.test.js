import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startPeer } from 'slipway'

/** The chaincode under test. */
const folder = fileURLToPath(new URL('../asset-transfer-typescript', import.meta.url))

let dataDir, peer, chaincode

before(async () => {
  // A new folder is an empty ledger.
  dataDir = await mkdtemp(join(tmpdir(), 'asset-transfer-'))
  peer = await startPeer({ dataDir })
  chaincode = (await peer.api.openChaincode({ folder, watch: false })).name
})

after(async () => {
  await peer?.close()
  await rm(dataDir, { recursive: true, force: true })
})

test('an asset that was created can be read', async () => {
  const created = await peer.api.submit({
    chaincode,
    function: 'CreateAsset',
    args: ['asset1', 'blue', '5', 'Tomoko', '300'],
  })
  assert.equal(created.validationCode, 'VALID')
  const read = await peer.api.evaluate({ chaincode, function: 'ReadAsset', args: ['asset1'] })
  assert.equal(JSON.parse(read.payload).owner, 'Tomoko')
})

test('an asset that does not exist is an error of the chaincode', async () => {
  const { status, message } = await peer.api.evaluate({ chaincode, function: 'ReadAsset', args: ['nothing'] })
  assert.equal(status, 500)
  assert.match(message, /does not exist/)
})
