/**
 * What remains different between this development peer and a real one, on purpose. `core/FIDELITY.md` tells the same
 * to readers of the repository, and a test keeps the two equal; the window shows it where an author meets one of them.
 */
export interface FidelityNote {
  title: string
  /** What happens here. */
  here: string
  /** What a real peer, or a network of them, does. */
  there: string
  /** Why it was not made alike. */
  why: string
}

export type FidelityName = keyof typeof fidelityNotes

export const fidelityNotes = {
  'one-execution': {
    title: 'A call is executed once',
    here: 'The chaincode runs once for a call, on the peer of the caller’s organisation; the peers of other organisations, as far as endorsement policies ask for them, sign the same result.',
    there:
      'Each endorsing peer runs it by itself. Where their results differ the transaction cannot be assembled, and where the policy is not met it is invalid: time, random numbers and the order of a Go map must not reach the state.',
    why: 'There is one peer on one machine, and a second run of every call would cost its author time.',
  },
  'blocks-at-once': {
    title: 'A block is cut at once',
    here: 'A transaction goes into a block as soon as it is endorsed, unless batch size and timeout say otherwise. What conflicts between two calls in one block shows only then.',
    there:
      'An orderer waits for company: 2 s or 500 transactions by default, so calls of the same keys often conflict.',
    why: 'An author waits for every call. Choose at the height in the window, or in slipway.yaml, to see what a network would do.',
  },
  'own-orderer': {
    title: 'The peer configures and orders its channels itself',
    here: 'The configuration follows the organisations and the batch size of this peer, in a block without the update that led to it; the orderer is one process (“solo”), with a certificate of its own. Block 0 is not in the state.',
    there: 'Administrators sign an update, and the orderers agree on each block among themselves by Raft or BFT.',
    why: 'There is nobody to agree with. Blocks, their signatures and hashes are what Fabric’s own code takes.',
  },
  'no-acl': {
    title: 'Nobody is refused by an ACL',
    here: 'Any identity of an organisation of the channel may call any chaincode, and read blocks and definitions.',
    there: 'The policies of the channel decide: Writers for calls, Readers for blocks, Admins for the lifecycle.',
    why: 'What an author tests is the chaincode’s own access control, which is real.',
  },
  'definition-by-opening': {
    title: 'Opening a chaincode defines it',
    here: 'One transaction of _lifecycle approves for every organisation and commits, with name:version as the package id; what a folder says of collections is taken as it is.',
    there: 'Each organisation approves, somebody commits, and collections are checked against the definition before.',
    why: 'An author changes version, collections and init as he goes, and waits for no ceremony.',
  },
  'embedded-queries': {
    title: 'Rich queries need no CouchDB',
    here: 'Selectors, order, indexes and errors are CouchDB’s, measured against one; _rev and ~version cannot be asked for, selectors end at 1,000 levels, and regular expressions neither look around nor refer back: such a query is refused. Bookmarks are of our own make.',
    there: 'CouchDB answers, with PCRE’s expressions. GetState, too, gives JSON back with its fields sorted.',
    why: 'So that nothing has to be installed. stateDatabase: CouchDB in slipway.yaml uses a real one.',
  },
  'couchdb-follows': {
    title: 'With CouchDB, it follows the ledger',
    here: 'State and versions are read from the embedded ledger; documents are copied to CouchDB behind it. While it is away only rich queries fail.',
    there: 'The state is in CouchDB, and a peer that cannot reach it stops.',
    why: 'An author’s calls should not stop with a server that few of them need.',
  },
  'requests-in-turn': {
    title: 'A second request of a transaction waits',
    here: 'A request that arrives while another one of the same transaction is answered waits for its turn.',
    there: 'A peer drops it without a word, sometimes, and the chaincode waits until the call times out.',
    why: 'The fault of a peer is not worth copying. Shims send one request after another.',
  },
  'registration-refused': {
    title: 'A refused registration ends its stream',
    here: 'A chaincode that registers under an unknown name is told why, and its stream ends. A second process of a name takes over from the first.',
    there: 'The stream stays open without an answer; when it closes, the healthy chaincode of that name is lost too.',
    why: 'A process that hangs without a word tells its author nothing.',
  },
  'too-large-call': {
    title: 'A call that is too large fails alone',
    here: 'A call of more than about 50 MB of arguments fails with the reason, and the chaincode lives on.',
    there: 'The peer’s send fails and takes the chaincode’s stream along, so every other call fails too.',
    why: 'The fault of a peer is not worth copying.',
  },
  'one-ledger': {
    title: 'Dev and net share one ledger',
    here: 'State, history and definitions stay when a chaincode changes between a process and a container.',
    there: 'A peer runs in one of the two for its whole life.',
    why: 'So that a change of mode changes how a chaincode is launched and nothing else.',
  },
} as const satisfies Record<string, FidelityNote>
