import fc from 'fast-check'

/** What a chaincode asks of its peer in one transaction, in order. Without a collection: of the public state. */
export type Operation =
  | { do: 'get' | 'delete' | 'marks'; collection: string; key: string }
  | { do: 'put' | 'mark'; collection: string; key: string; value: string }
  | { do: 'getmany'; collection: string; keys: string[] }
  /** Whose peer must endorse the key from now on. */
  | { do: 'policy'; collection: string; key: string; mspId: string }
  | { do: 'hash' | 'purge'; collection: string; key: string }
  /** `take`: results after which the chaincode stops asking for more. */
  | { do: 'range'; collection: string; start: string; end: string; take: number }
  | { do: 'page'; start: string; end: string; size: number; bookmark: string }
  | { do: 'history'; key: string }
  /** Put `many` keys `m000`, `m001`, … at once. */
  | { do: 'seed'; many: number }
  | { do: 'event'; name: string; payload: string }

export interface Program {
  /** Blocks that are committed between its simulation and its turn to be ordered. */
  age: number
  operations: Operation[]
}

/** Programs by the block they go into. */
export type Plan = Program[][]

/** The collections, and what the model has to know of each. The peer is one of Org1MSP. */
export const COLLECTIONS = [
  { name: 'c1', policy: "OR('Org1MSP.member', 'Org2MSP.member')", blockToLive: 0 },
  { name: 'c2', policy: "OR('Org1MSP.member')", blockToLive: 1 },
  { name: 'theirs', policy: "OR('Org2MSP.member')", blockToLive: 0 },
  {
    name: 'closed',
    policy: "OR('Org2MSP.member')",
    blockToLive: 0,
    memberOnlyRead: true,
    memberOnlyWrite: true,
  },
].map((collection) => ({ requiredPeerCount: 0, maxPeerCount: 1, ...collection }))

/** Few, so that transactions meet; U+FFFF and above are where the orders of UTF-16 and UTF-8 differ. */
export const KEYS = ['a', 'a\u0000', 'b', 'm010', '\uFFFF', '\u{1F600}', '\u0000owner\u0000ann\u0000']

const key = fc.constantFrom(...KEYS)
const value = fc.constantFrom('', '1', '2', '\u{1F600}')
const bound = fc.constantFrom('', '\u0000owner\u0000', '\u0000owner\u0000\u{10FFFF}', 'm0', 'n', ...KEYS)
/** Most often the public state; `none` isn't defined, an implicit one always is. */
const collection = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  { weight: 6, arbitrary: fc.constantFrom('c1', 'c2') },
  { weight: 2, arbitrary: fc.constantFrom('theirs', '_implicit_org_Org1MSP', '_implicit_org_Org2MSP') },
  { weight: 1, arbitrary: fc.constantFrom('closed', 'none', '_implicit_org_Nobody') },
)
const privateCollection = collection.filter((name) => name !== '')

function operation<const D extends Operation['do'], F>(
  weight: number,
  name: D,
  fields: { [K in keyof F]: fc.Arbitrary<F[K]> },
) {
  return { weight, arbitrary: fc.record({ do: fc.constant(name), ...fields }) as fc.Arbitrary<unknown> }
}

const anyOperation = fc.oneof(
  operation(6, 'get', { collection, key }),
  operation(9, 'put', { collection, key, value }),
  operation(4, 'delete', { collection, key }),
  operation(2, 'mark', { collection, key, value: fc.constantFrom('x', 'y') }),
  operation(2, 'marks', { collection, key }),
  operation(1, 'policy', { collection, key, mspId: fc.constantFrom('Org1MSP', 'Org2MSP') }),
  operation(2, 'getmany', { collection, keys: fc.array(key, { minLength: 1, maxLength: 3 }) }),
  operation(2, 'hash', { collection: privateCollection, key }),
  operation(2, 'purge', { collection: privateCollection, key }),
  operation(4, 'range', { collection, start: bound, end: bound, take: fc.constantFrom(1, 100, 101, 1000) }),
  operation(2, 'page', {
    start: bound,
    end: bound,
    size: fc.constantFrom(0, 1, 2, 200, -1),
    bookmark: fc.oneof(fc.constant(''), key),
  }),
  operation(2, 'history', { key }),
  operation(1, 'seed', { many: fc.constantFrom(3, 50, 51, 101, 210) }),
  operation(1, 'event', { name: fc.constantFrom('e', 'f'), payload: value }),
) as fc.Arbitrary<Operation>

const program: fc.Arbitrary<Program> = fc.record({
  age: fc.nat({ max: 2 }),
  operations: fc.array(anyOperation, { minLength: 1, maxLength: 6 }),
})

export const plan: fc.Arbitrary<Plan> = fc.array(fc.array(program, { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 5,
})
