import { createHash } from 'node:crypto'
import { evaluate, fails, peerSays, submit, type Sample } from './sample.ts'

interface Marble {
  name: string
  color: string
  size: number
  owner: string
}

const ALICE = 'alice@Org2MSP'
const [MARBLES, DETAILS] = ['collectionMarbles', 'collectionMarblePrivateDetails']
const [one, two, three]: [Marble, Marble, Marble] = [
  { name: 'secret1', color: 'blue', size: 35, owner: 'tom' },
  { name: 'secret2', color: 'red', size: 50, owner: 'tom' },
  { name: 'secret3', color: 'blue', size: 70, owner: 'tom' },
]

const init = (marble: Marble, price: number) =>
  submit('marbles_private:initMarble', [], '', initialized(marble, price), {
    transient: { marble: JSON.stringify({ ...marble, price }) },
  })
const named = (field: string, name: string) => ({ transient: { [field]: JSON.stringify({ name }) } })
const readPrice = (name: string, price: number) =>
  evaluate('marbles_private:readMarblePrivateDetails', [name], detailsOf(name, price), [`${DETAILS}: read ${name}`])

/** A marble in one collection, its price in another that fewer have and that forgets. */
export const marblesPrivate: Sample = {
  name: 'marbles02_private',
  source:
    'Fabric v2.5 integration/chaincode/marbles_private and integration/pvtdata/pvtdata_test.go; access: core/chaincode/handler.go; expiry: core/ledger/pvtdatastorage',
  chaincode: 'private',
  steps: [
    init(one, 99),
    fails('marbles_private:initMarble', [], 'there is a marble secret1 already', {
      transient: { marble: JSON.stringify({ ...one, price: 1 }) },
    }),
    fails('marbles_private:initMarble', [], 'marble is not in the transient map'),
    fails('marbles_private:initMarble', [], 'marble is no JSON', { transient: { marble: 'blue' } }),
    fails('marbles_private:initMarble', ['secret1'], 'expected 0 arguments, got 1'),
    evaluate('marbles_private:readMarble', ['secret1'], documentOf(one), [`${MARBLES}: read secret1`]),
    readPrice('secret1', 99),
    // Org2 is a member of the first collection alone.
    evaluate('marbles_private:readMarble', ['secret1'], documentOf(one), [`${MARBLES}: read secret1`], {
      identity: ALICE,
    }),
    fails(
      'marbles_private:readMarblePrivateDetails',
      ['secret1'],
      peerSays(
        `GET_STATE failed: transaction ID: <txid>: tx creator does not have read access permission on privatedata in chaincodeName:private collectionName: ${DETAILS}`,
      ),
      { identity: ALICE },
    ),
    fails(
      'marbles_private:initMarble',
      [],
      peerSays(
        `PUT_STATE failed: transaction ID: <txid>: tx creator does not have write access permission on privatedata in chaincodeName:private collectionName: ${DETAILS}`,
      ),
      { identity: ALICE, transient: { marble: JSON.stringify({ ...two, price: 1 }) } },
    ),
    // The hash is for everyone.
    evaluate('marbles_private:getMarbleHash', ['secret1'], sha256(documentOf(one)), [`${MARBLES}: read secret1`]),
    evaluate(
      'marbles_private:getMarblePrivateDetailsHash',
      ['secret1'],
      sha256(detailsOf('secret1', 99)),
      [`${DETAILS}: read secret1`],
      { identity: ALICE },
    ),
    evaluate('marbles_private:getMarbleHash', ['secret9'], '', [`${MARBLES}: read secret9`]),
    init(two, 102),
    submit(
      'marbles_private:transferMarble',
      [],
      '',
      [`${MARBLES}: read secret1`, `${MARBLES}: write secret1=${documentOf({ ...one, owner: 'jerry' })}`],
      { transient: { marble_owner: JSON.stringify({ name: 'secret1', owner: 'jerry' }) } },
    ),
    // Neither ranges nor rich queries of private data leave anything in the read set.
    evaluate(
      'marbles_private:getMarblesByRange',
      ['secret1', 'secret9'],
      records([{ ...one, owner: 'jerry' }, two]),
      [],
    ),
    evaluate('marbles_private:queryMarblesByOwner', ['tom'], queried(two), []),
    init(three, 103),
    // The first price has lived three blocks, and a fourth ends it. Its marble stays.
    readPrice('secret1', 99),
    submit('map:put', ['time', 'passes'], '', ['write map~key(time)=\\0', 'write time=passes']),
    fails('marbles_private:readMarblePrivateDetails', ['secret1'], 'there is no marble secret1'),
    evaluate('marbles_private:getMarblePrivateDetailsHash', ['secret1'], '', [`${DETAILS}: read secret1`]),
    evaluate('marbles_private:readMarble', ['secret1'], documentOf({ ...one, owner: 'jerry' }), [
      `${MARBLES}: read secret1`,
    ]),
    readPrice('secret2', 102),
    submit('marbles_private:delete', [], '', removed('delete', two), named('marble_delete', 'secret2')),
    fails('marbles_private:readMarble', ['secret2'], 'there is no marble secret2'),
    fails('marbles_private:delete', [], 'there is no marble secret2', named('marble_delete', 'secret2')),
    submit('marbles_private:purge', [], '', removed('purge', three), named('marble_purge', 'secret3')),
    fails('marbles_private:readMarble', ['secret3'], 'there is no marble secret3'),
    evaluate('marbles_private:getMarbleHash', ['secret3'], '', [`${MARBLES}: read secret3`]),
    evaluate('marbles_private:getMarblesByRange', ['', ''], records([{ ...one, owner: 'jerry' }]), []),
  ],
}

function documentOf({ name, color, size, owner }: Marble): string {
  return JSON.stringify({ docType: 'marble', name, color, size, owner })
}

function detailsOf(name: string, price: number): string {
  return JSON.stringify({ docType: 'marblePrivateDetails', name, price })
}

function initialized(marble: Marble, price: number): string[] {
  const { name, color } = marble
  return [
    `${DETAILS}: write ${name}=${detailsOf(name, price)}`,
    `${MARBLES}: read ${name}`,
    `${MARBLES}: write color~name(${color},${name})=\\0`,
    `${MARBLES}: write ${name}=${documentOf(marble)}`,
  ]
}

function removed(how: 'delete' | 'purge', { name, color }: Marble): string[] {
  return [
    `${DETAILS}: ${how} ${name}`,
    `${MARBLES}: read ${name}`,
    `${MARBLES}: ${how} color~name(${color},${name})`,
    `${MARBLES}: ${how} ${name}`,
  ]
}

function records(found: Marble[]): string {
  return JSON.stringify(
    found.map(({ name, color, size, owner }) => ({
      key: name,
      record: { docType: 'marble', name, color, size, owner },
    })),
  )
}

/** As CouchDB's documents come through a peer: by the names of their fields. */
function queried({ name, color, size, owner }: Marble): string {
  return JSON.stringify([{ key: name, record: { color, docType: 'marble', name, owner, size } }])
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
