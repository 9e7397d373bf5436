import { json } from './asset.ts'
import { evaluate, fails, peerSays, submit, type Sample, type Step } from './sample.ts'

const [SHARED, ORG1, ORG2] = ['assetCollection', 'Org1MSPPrivateCollection', 'Org2MSPPrivateCollection']
const [USER, ALICE] = ['Org1MSP/User1', 'Org2MSP/alice']
const byAlice = { identity: 'alice@Org2MSP' }
const given = (field: string, value: object) => ({ transient: { [field]: json(value) } })

const shared = (id: string, owner: string) => json({ color: 'green', id, owner, size: 20 })
const worth = (id: string, value: number) => json({ id, value })
const create = (id: string, value: number): Step =>
  submit(
    'private-data:CreateAsset',
    [],
    '',
    [`${ORG1}: write ${id}=${worth(id, value)}`, `${SHARED}: read ${id}`, `${SHARED}: write ${id}=${shared(id, USER)}`],
    given('asset_properties', { id, color: 'green', size: 20, value }),
  )
const agree = (value: number): Step =>
  submit(
    'private-data:AgreeToTransfer',
    [],
    '',
    [
      `${ORG2}: write p1=${worth('p1', value)}`,
      `${SHARED}: read p1`,
      `${SHARED}: write transferAgreement(p1)=${ALICE}`,
    ],
    { ...byAlice, ...given('asset_value', { id: 'p1', value }) },
  )
const sell = given('asset_owner', { id: 'p1', buyer: 'Org2MSP' })

/** A collection for both and one for each, which are compared by their hashes and forget after three blocks. */
export const privateData: Sample = {
  name: 'asset-transfer-private-data',
  source:
    'fabric-samples asset-transfer-private-data; Fabric v2.5 core/chaincode/handler.go and core/ledger/pvtdatapolicy/btlpolicy.go, docs private-data.rst',
  chaincode: 'private',
  steps: [
    fails('private-data:CreateAsset', [], 'asset_properties is not in the transient map'),
    create('p1', 100),
    fails(
      'private-data:CreateAsset',
      [],
      'there is an asset p1 already',
      given('asset_properties', { id: 'p1', color: 'red', size: 1, value: 1 }),
    ),
    // The organisation of the peer is told to the chaincode by CORE_PEER_LOCALMSPID, to each peer's its own.
    fails('private-data:CreateAsset', [], 'a client of Org2MSP cannot use a peer of Org1MSP', {
      ...byAlice,
      endorsers: ['Org1MSP'],
      ...given('asset_properties', { id: 'q1', color: 'red', size: 1, value: 1 }),
    }),
    submit(
      'private-data:CreateAsset',
      [],
      '',
      [`${ORG2}: write q1=${worth('q1', 50)}`, `${SHARED}: read q1`, `${SHARED}: write q1=${shared('q1', ALICE)}`],
      { ...byAlice, ...given('asset_properties', { id: 'q1', color: 'green', size: 20, value: 50 }) },
    ),
    evaluate('private-data:ReadAsset', ['p1'], shared('p1', USER), [`${SHARED}: read p1`], byAlice),
    evaluate('private-data:ReadAssetPrivateDetails', [ORG1, 'p1'], worth('p1', 100), [`${ORG1}: read p1`]),
    fails(
      'private-data:ReadAssetPrivateDetails',
      [ORG1, 'p1'],
      peerSays(
        `GET_STATE failed: transaction ID: <txid>: tx creator does not have read access permission on privatedata in chaincodeName:private collectionName: ${ORG1}`,
        'contract',
      ),
      byAlice,
    ),
    fails('private-data:TransferAsset', [], 'Org2MSP has not agreed to the value of p1', sell),
    agree(90),
    fails('private-data:TransferAsset', [], 'Org2MSP has not agreed to the value of p1', sell),
    agree(100),
    evaluate('private-data:ReadTransferAgreement', ['p1'], ALICE, [`${SHARED}: read transferAgreement(p1)`]),
    submit(
      'private-data:TransferAsset',
      [],
      '',
      [
        `${ORG1}: read p1`,
        `${ORG1}: delete p1`,
        `${ORG2}: read p1`,
        `${SHARED}: read transferAgreement(p1)`,
        `${SHARED}: read p1`,
        `${SHARED}: delete transferAgreement(p1)`,
        `${SHARED}: write p1=${shared('p1', ALICE)}`,
      ],
      sell,
    ),
    fails('private-data:TransferAsset', [], 'Org1MSP/User1 does not own p1', sell),
    evaluate('private-data:ReadTransferAgreement', ['p1'], '', [`${SHARED}: read transferAgreement(p1)`]),
    create('p2', 200),
    create('p3', 300),
    // Three blocks after the agreement its value is still there, four after it is not.
    evaluate('private-data:ReadAssetPrivateDetails', [ORG2, 'p1'], worth('p1', 100), [`${ORG2}: read p1`], byAlice),
    submit(
      'private-data:DeleteAsset',
      [],
      '',
      [`${ORG1}: delete p2`, `${SHARED}: read p2`, `${SHARED}: delete p2`],
      given('asset_delete', { id: 'p2' }),
    ),
    fails('private-data:ReadAssetPrivateDetails', [ORG2, 'p1'], `there is no asset p1 in ${ORG2}`, byAlice),
    evaluate('private-data:GetAssetByRange', ['p1', 'p9'], `[${shared('p1', ALICE)},${shared('p3', USER)}]`, []),
    submit(
      'private-data:PurgeAsset',
      [],
      '',
      [`${ORG1}: purge p3`, `${SHARED}: read p3`, `${SHARED}: purge p3`],
      given('asset_purge', { id: 'p3' }),
    ),
    fails('private-data:PurgeAsset', [], 'there is no asset p3', given('asset_purge', { id: 'p3' })),
    evaluate('private-data:GetAssetByRange', ['', ''], `[${shared('p1', ALICE)},${shared('q1', ALICE)}]`, []),
  ],
}
