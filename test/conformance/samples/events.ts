import { argumentsOf, asset, json, written } from './asset.ts'
import { evaluate, fails, submit, type Sample } from './sample.ts'

const OWN = '_implicit_org_Org1MSP'
const first = asset('event1', 'blue', 1, 'Sam', 100)
const sold = { ...first, owner: 'Jen' }
const dearer = { ...sold, value: 200 }

/** An event for each change, and a price in an implicit collection. */
export const events: Sample = {
  name: 'asset-transfer-events',
  source:
    'fabric-samples asset-transfer-events; Fabric v2.5 core/chaincode/implicitcollection and core/endorser/endorser.go',
  chaincode: 'private',
  steps: [
    submit(
      'events:CreateAsset',
      argumentsOf(first),
      '',
      [written(first), `${OWN}: write event1=110`, `event CreateAsset=${json(first)}`],
      { transient: { price: '110' } },
    ),
    evaluate('events:ReadAsset', ['event1'], 'event1 of Sam: 110', ['read event1', `${OWN}: read event1`]),
    // The other organisation has a collection of its own.
    evaluate('events:ReadAsset', ['event1'], 'event1 of Sam: ', ['read event1', '_implicit_org_Org2MSP: read event1'], {
      identity: 'alice@Org2MSP',
    }),
    submit('events:TransferAsset', ['event1', 'Jen'], '', [
      'read event1',
      written(sold),
      `event TransferAsset=${json(sold)}`,
    ]),
    fails('events:TransferAsset', ['event9', 'Jen'], 'there is no asset event9'),
    submit(
      'events:UpdateAsset',
      ['event1', '200'],
      '',
      ['read event1', written(dearer), `${OWN}: write event1=210`, `event UpdateAsset=${json(dearer)}`],
      { transient: { price: '210' } },
    ),
    submit('events:DeleteAsset', ['event1'], '', [
      'read event1',
      'delete event1',
      `${OWN}: delete event1`,
      `event DeleteAsset=${json(dearer)}`,
    ]),
    fails('events:ReadAsset', ['event1'], 'there is no asset event1'),
  ],
}
