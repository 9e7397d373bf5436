import { evaluate, fails, peerSays, submit, type Sample } from './sample.ts'

const put = (key: string, value: string) =>
  submit('map:put', [key, value], '', [`write map~key(${key})=\\0`, `write ${key}=${value}`])

const removed = { value: '', isDelete: true }

/** Keys and values: ranges, pages, history, and a collection. */
export const keyValueMap: Sample = {
  name: 'map',
  source:
    'Fabric v1.4 examples/chaincode/go/map; v2.5 core/ledger/kvledger/txmgmt/txmgr/tx_simulator.go and history/query_executer.go',
  chaincode: 'shim',
  steps: [
    put('k1', 'one'),
    put('k2', 'two'),
    put('k3', 'three'),
    put('k2', 'zwei: ä😀'),
    evaluate('map:get', ['k2'], '"zwei: ä😀"', ['read k2']),
    evaluate('map:get', ['k9'], '""', ['read k9']),
    // The second read is of the committed value, not of the transaction's own write.
    submit('map:getPut', ['k1', 'uno'], '"one"', ['read k1', 'write k1=uno']),
    evaluate('map:keys', ['k1', 'k3'], '["k1","k2"]', ['range k1..k3: k1 k2']),
    evaluate('map:keys', ['k3', 'k1'], '[]', ['range k3..k1:']),
    submit('map:remove', ['k3'], '', ['delete k3']),
    evaluate('map:keys', ['k', 'l'], '["k1","k2"]', ['range k..l: k1 k2']),
    put('k3', 'again'),
    evaluate('map:history', ['k3'], JSON.stringify([changed('again'), removed, changed('three')]), []),
    evaluate('map:history', ['k9'], '[]', []),
    evaluate('map:keysByPage', ['k', 'l', '2', ''], page(['k1', 'k2'], 'k3'), ['range k..k2 unfinished: k1 k2']),
    evaluate('map:keysByPage', ['k', 'l', '2', 'k3'], page(['k3'], ''), ['range k3..l: k3']),
    // Neither a size nor a bookmark: no page at all (handler.go isMetadataSetForPagination), so nothing is told of one.
    evaluate('map:keysByPage', ['k', 'l', '0', ''], page(['k1', 'k2', 'k3'], '', 0), ['range k..l: k1 k2 k3']),
    fails(
      'map:pageAndPut',
      ['k', 'l'],
      peerSays(
        'PUT_STATE failed: transaction ID: <txid>: txid [<txid>]: unsuppored transaction. Transaction has already performed a paginated query. Writes are not allowed',
      ),
    ),
    submit('map:putPrivate', ['col', 'p1', 'secret'], '', ['col: write p1=secret']),
    submit('map:putPrivate', ['col', 'p2', 'more'], '', ['col: write p2=more']),
    evaluate('map:getPrivate', ['col', 'p1'], '"secret"', ['col: read p1']),
    evaluate('map:getPrivate', ['col', 'p9'], '""', ['col: read p9']),
    // Ranges of private data leave nothing in the read set.
    evaluate('map:keysPrivate', ['col', 'p1', 'p9'], '["p1","p2"]', []),
    fails(
      'map:putAfterKeysPrivate',
      ['col', 'p1', 'p9'],
      peerSays(
        'PUT_STATE failed: transaction ID: <txid>: txid [<txid>]: unsuppored transaction. Transaction has already performed queries on pvt data. Writes are not allowed',
      ),
    ),
    submit('map:removePrivate', ['col', 'p1'], '', ['col: delete p1']),
    evaluate('map:getPrivate', ['col', 'p1'], '""', ['col: read p1']),
    fails(
      'map:getPrivate',
      ['nowhere', 'p1'],
      peerSays('GET_STATE failed: transaction ID: <txid>: collection mychannel/shim/nowhere could not be found'),
    ),
  ],
}

function changed(value: string) {
  return { value, isDelete: false }
}

function page(keys: string[], bookmark: string, fetched = keys.length): string {
  return JSON.stringify({ keys, fetched, bookmark })
}
