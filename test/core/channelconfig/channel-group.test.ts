import { expect, test } from 'vitest'
import { channelGroup } from '../../../core/channelconfig/channel-group.ts'
import { fabricLines } from '../../../core/config/fabric-line.ts'
import { DEFAULT_BATCH } from '../../../core/orderer/block-cutter.ts'
import { ConfigGroup } from '../../../core/protos/config.ts'
import golden from './golden/channel-group.json' with { type: 'json' }

const organisation = (mspId: keyof typeof golden.caCertificates) => ({
  mspId,
  caCertificates: [golden.caCertificates[mspId]],
})
const settings = {
  organisations: [organisation('Org1MSP'), organisation('Org2MSP')],
  orderer: organisation('OrdererMSP'),
  batch: { ...DEFAULT_BATCH, batchTimeout: 2000 },
  capabilities: fabricLines['2.5'].capabilities,
}

test('the configuration is that of configtxgen', () => {
  // Go writes the entries of a map in any order; read and written again they are in one.
  const theirs = ConfigGroup.deserializeBinary(Buffer.from(golden.channelGroup, 'base64'))
  const ours = ConfigGroup.deserializeBinary(channelGroup(settings).serializeBinary())
  expect(ours.toObject()).toEqual(theirs.toObject())
  expect(Buffer.from(ours.serializeBinary()).equals(theirs.serializeBinary())).toBe(true)
})

test('organisations in another order are the same configuration', () => {
  const turned = { ...settings, organisations: [...settings.organisations].reverse() }
  const bytes = (group: ConfigGroup) => Buffer.from(group.serializeBinary()).toString('hex')
  expect(bytes(channelGroup(turned))).toBe(bytes(channelGroup(settings)))
})

test.each([
  [0, '1ms'],
  [250, '250ms'],
  [2000, '2s'],
  [1500, '1.5s'],
  [60_000, '1m0s'],
  [3_661_000, '1h1m1s'],
])('a batch timeout of %d ms is %s', (batchTimeout, text) => {
  const group = channelGroup({ ...settings, batch: { ...settings.batch, batchTimeout } })
  const value = group.getGroupsMap().get('Orderer')?.getValuesMap().get('BatchTimeout')?.getValue_asU8()
  expect(Buffer.from(value ?? []).toString()).toContain(text)
})
