import { argumentsOf, asset, json, written, type Asset } from './asset.ts'
import { evaluate, fails, submit, type Sample } from './sample.ts'

const one = asset('query1', 'blue', 5, 'tom', 10)
const two = asset('query2', 'red', 4, 'tom', 20)
const three = asset('query3', 'blue', 6, 'max', 30)
const four = asset('query4', 'white', 3, 'max', 40)
const [oneOfAnn, threeOfAnn] = [
  { ...one, owner: 'ann' },
  { ...three, owner: 'ann' },
]

const create = (created: Asset) =>
  submit('ledger-queries:CreateAsset', argumentsOf(created), '', [
    `read ${created.id}`,
    `write color~id(${created.color},${created.id})=\\0`,
    written(created),
  ])
const page = (records: Asset[], bookmark: string) => json({ bookmark, fetched: records.length, records })
const small = json({ selector: { size: { $lt: 6 }, owner: { $in: ['tom', 'max', 'ann'] } } })

/** The same as marbles02 by way of the contract API, which makes JSON of arrays and objects. */
export const ledgerQueries: Sample = {
  name: 'asset-transfer-ledger-queries',
  source:
    'fabric-samples asset-transfer-ledger-queries; Fabric v2.5 core/ledger/kvledger/txmgmt/txmgr/query_executor.go, core/chaincode/query_response_generator.go',
  chaincode: 'contract',
  steps: [
    ...[one, two, three, four].map(create),
    fails('ledger-queries:CreateAsset', argumentsOf(one), 'there is an asset query1 already'),
    evaluate('ledger-queries:GetAssetsByRange', ['query1', 'query3'], json([one, two]), [
      'range query1..query3: query1 query2',
    ]),
    evaluate('ledger-queries:GetAssetsByRange', ['query8', 'query9'], '[]', ['range query8..query9:']),
    submit('ledger-queries:TransferAssetByColor', ['blue', 'ann'], '2', [
      'read query1',
      'read query3',
      'range color~id(blue)..color~id(blue)…: color~id(blue,query1) color~id(blue,query3)',
      written(oneOfAnn),
      written(threeOfAnn),
    ]),
    submit('ledger-queries:TransferAssetByColor', ['pink', 'ann'], '0', ['range color~id(pink)..color~id(pink)…:']),
    evaluate('ledger-queries:QueryAssetsByOwner', ['ann'], json([oneOfAnn, threeOfAnn]), [
      'read query1',
      'read query3',
    ]),
    evaluate('ledger-queries:QueryAssetsByOwner', ['nobody'], '[]', []),
    evaluate(
      'ledger-queries:QueryAssets',
      ['{"selector":{"id":{"$regex":"^query"},"value":{"$gte":30}}}'],
      json([threeOfAnn, four]),
      ['read query3', 'read query4'],
    ),
    evaluate(
      'ledger-queries:GetAssetsByRangeWithPagination',
      ['query1', 'query9', '3', ''],
      page([oneOfAnn, two, threeOfAnn], 'query4'),
      ['range query1..query3 unfinished: query1 query2 query3'],
    ),
    evaluate(
      'ledger-queries:GetAssetsByRangeWithPagination',
      ['query1', 'query9', '3', '<bookmark>'],
      page([four], ''),
      ['range query4..query9: query4'],
    ),
    evaluate('ledger-queries:QueryAssetsWithPagination', [small, '2', ''], page([oneOfAnn, two], '<bookmark>'), [
      'read query1',
      'read query2',
    ]),
    evaluate('ledger-queries:QueryAssetsWithPagination', [small, '2', '<bookmark>'], page([four], '<bookmark>'), [
      'read query4',
    ]),
    evaluate('ledger-queries:QueryAssetsWithPagination', [small, '2', '<bookmark>'], page([], '<bookmark>'), []),
    submit('ledger-queries:DeleteAsset', ['query1'], '', [
      'read query1',
      'delete color~id(blue,query1)',
      'delete query1',
    ]),
    evaluate(
      'ledger-queries:GetAssetHistory',
      ['query1'],
      json([
        { isDelete: true, record: asset('', '', 0, '', 0) },
        { isDelete: false, record: oneOfAnn },
        { isDelete: false, record: one },
      ]),
      [],
    ),
  ],
}
