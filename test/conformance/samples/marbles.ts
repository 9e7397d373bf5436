import { evaluate, fails, submit, type Sample } from './sample.ts'

interface Marble {
  name: string
  color: string
  size: number
  owner: string
}

const [one, two, three, four] = [
  { name: 'marble1', color: 'blue', size: 35, owner: 'tom' },
  { name: 'marble2', color: 'red', size: 50, owner: 'tom' },
  { name: 'marble3', color: 'blue', size: 70, owner: 'jerry' },
  { name: 'marble4', color: 'green', size: 8, owner: 'ann' },
] as const satisfies Marble[]

const init = ({ name, color, size, owner }: Marble) =>
  submit('marbles:initMarble', [name, color, String(size), owner], '', [
    `read ${name}`,
    `write color~name(${color},${name})=\\0`,
    write({ name, color, size, owner }),
  ])

const toTom = JSON.stringify({ selector: { docType: 'marble', owner: 'tom' } })

/** Documents with an index of composite keys. */
export const marbles: Sample = {
  name: 'marbles02',
  source:
    'Fabric v2.5 integration/chaincode/marbles and integration/ledger/marbles_test.go; rich queries: txmgmt/txmgr/query_executor.go and statecouchdb',
  chaincode: 'shim',
  steps: [
    ...[one, two, three, four].map(init),
    fails('marbles:initMarble', ['marble1', 'blue', '1', 'ann'], 'there is a marble marble1 already'),
    fails('marbles:initMarble', ['marble5', 'blue', 'big', 'ann'], 'not a whole number: big'),
    evaluate('marbles:readMarble', ['marble2'], documentOf(two), ['read marble2']),
    fails('marbles:readMarble', ['marble9'], 'there is no marble marble9'),
    submit('marbles:transferMarble', ['marble2', 'jerry'], '', ['read marble2', write({ ...two, owner: 'jerry' })]),
    // The range ends before its end key.
    evaluate('marbles:getMarblesByRange', ['marble1', 'marble3'], records([one, { ...two, owner: 'jerry' }]), [
      'range marble1..marble3: marble1 marble2',
    ]),
    submit('marbles:transferMarblesBasedOnColor', ['blue', 'ann'], '2 blue marbles to ann', [
      'read marble1',
      'read marble3',
      'range color~name(blue)..color~name(blue)…: color~name(blue,marble1) color~name(blue,marble3)',
      write({ ...one, owner: 'ann' }),
      write({ ...three, owner: 'ann' }),
    ]),
    submit('marbles:transferMarblesBasedOnColor', ['white', 'ann'], '0 white marbles to ann', [
      'range color~name(white)..color~name(white)…:',
    ]),
    // What a rich query finds is read, and nothing else guards it.
    evaluate(
      'marbles:queryMarblesByOwner',
      ['ann'],
      queried([{ ...one, owner: 'ann' }, { ...three, owner: 'ann' }, four]),
      ['read marble1', 'read marble3', 'read marble4'],
    ),
    submit('marbles:queryMarblesByOwner', ['jerry'], queried([{ ...two, owner: 'jerry' }]), ['read marble2']),
    evaluate('marbles:queryMarblesByOwner', ['nobody'], '[]', []),
    evaluate('marbles:queryMarbles', [toTom], '[]', []),
    evaluate(
      'marbles:queryMarbles',
      ['{"selector":{"docType":"marble","size":{"$gt":40}}}'],
      queried([
        { ...two, owner: 'jerry' },
        { ...three, owner: 'ann' },
      ]),
      ['read marble2', 'read marble3'],
    ),
    evaluate(
      'marbles:getMarblesByRangeWithPagination',
      ['marble1', 'marble4', '2', ''],
      page(
        [
          { ...one, owner: 'ann' },
          { ...two, owner: 'jerry' },
        ],
        'marble3',
      ),
      ['range marble1..marble2 unfinished: marble1 marble2'],
    ),
    evaluate(
      'marbles:getMarblesByRangeWithPagination',
      ['marble1', 'marble4', '2', '<bookmark>'],
      page([{ ...three, owner: 'ann' }], ''),
      ['range marble3..marble4: marble3'],
    ),
    evaluate(
      'marbles:queryMarblesWithPagination',
      [toAnn(), '2', ''],
      queriedPage([
        { ...one, owner: 'ann' },
        { ...three, owner: 'ann' },
      ]),
      ['read marble1', 'read marble3'],
    ),
    evaluate('marbles:queryMarblesWithPagination', [toAnn(), '2', '<bookmark>'], queriedPage([four]), ['read marble4']),
    evaluate('marbles:queryMarblesWithPagination', [toAnn(), '2', '<bookmark>'], queriedPage([]), []),
    submit('marbles:delete', ['marble1'], '', ['read marble1', 'delete color~name(blue,marble1)', 'delete marble1']),
    fails('marbles:delete', ['marble1'], 'there is no marble marble1'),
    submit('marbles:transferMarblesBasedOnColor', ['blue', 'tom'], '1 blue marbles to tom', [
      'read marble3',
      'range color~name(blue)..color~name(blue)…: color~name(blue,marble3)',
      write({ ...three, owner: 'tom' }),
    ]),
    evaluate(
      'marbles:getHistoryForMarble',
      ['marble1'],
      JSON.stringify([
        { value: '', isDelete: true },
        { value: documentOf({ ...one, owner: 'ann' }), isDelete: false },
        { value: documentOf(one), isDelete: false },
      ]),
      [],
    ),
  ],
}

function toAnn(): string {
  return JSON.stringify({ selector: { docType: 'marble', owner: 'ann' } })
}

function documentOf({ name, color, size, owner }: Marble): string {
  return JSON.stringify({ docType: 'marble', name, color, size, owner })
}

function write(marble: Marble): string {
  return `write ${marble.name}=${documentOf(marble)}`
}

function recordsOf(found: Marble[]) {
  return found.map(({ name, color, size, owner }) => ({
    key: name,
    record: { docType: 'marble', name, color, size, owner },
  }))
}

/** As CouchDB's documents come through a peer: by the names of their fields (statecouchdb/couchdoc_conv.go, couchDocToKeyValue). */
function queriedOf(found: Marble[]) {
  return found.map(({ name, color, size, owner }) => ({
    key: name,
    record: { color, docType: 'marble', name, owner, size },
  }))
}

function records(found: Marble[]): string {
  return JSON.stringify(recordsOf(found))
}

function queried(found: Marble[]): string {
  return JSON.stringify(queriedOf(found))
}

function page(found: Marble[], bookmark: string): string {
  return JSON.stringify({ records: recordsOf(found), fetched: found.length, bookmark })
}

function queriedPage(found: Marble[]): string {
  return JSON.stringify({ records: queriedOf(found), fetched: found.length, bookmark: '<bookmark>' })
}
