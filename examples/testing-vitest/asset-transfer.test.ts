import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPeer, type Peer } from 'slipway'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The chaincode under test. */
const folder = fileURLToPath(new URL('../asset-transfer-typescript', import.meta.url))

let dataDir: string
let peer: Peer
let chaincode: string

beforeAll(async () => {
  // A new folder is an empty ledger.
  dataDir = await mkdtemp(join(tmpdir(), 'asset-transfer-'))
  peer = await startPeer({ dataDir })
  chaincode = (await peer.api.openChaincode({ folder, watch: false })).name
})

afterAll(async () => {
  await peer?.close()
  await rm(dataDir, { recursive: true, force: true })
})

test('an asset that was created can be read', async () => {
  const created = await peer.api.submit({
    chaincode,
    function: 'CreateAsset',
    args: ['asset1', 'blue', '5', 'Tomoko', '300'],
  })
  expect(created.validationCode).toBe('VALID')
  const read = await peer.api.evaluate({ chaincode, function: 'ReadAsset', args: ['asset1'] })
  expect(JSON.parse(read.payload)).toMatchObject({ owner: 'Tomoko' })
})

test('an asset that does not exist is an error of the chaincode', async () => {
  const { status, message } = await peer.api.evaluate({ chaincode, function: 'ReadAsset', args: ['nothing'] })
  expect(status).toBe(500)
  expect(message).toMatch(/does not exist/)
})
