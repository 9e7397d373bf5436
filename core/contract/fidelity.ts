/**
 * The deliberate differences between this development peer and a real one. `core/FIDELITY.md` has the same text for
 * readers of the repository, and a test keeps the two equal; the window shows each note where an author meets it.
 */
export interface FidelityNote {
  title: string
  /** What happens here. */
  here: string
  /** What a real peer, or a network of them, does. */
  there: string
  /** Why Slipway differs. */
  why: string
}

export type FidelityName = keyof typeof fidelityNotes

export const fidelityNotes = {
  'one-process-serves-all': {
    title: 'A process that you start alone serves all organisations',
    here: 'If you start only one process in dev mode, it executes the calls of every organisation, one after the other, and its GetMSPID answers the same for all. Start one for each with the commands on the Run page to see the difference.',
    there: 'Each organisation’s peer has a chaincode process of its own, with its own MSP id.',
    why: 'With a debugger you usually want a single process. What Slipway starts itself runs once for each organisation.',
  },
  'blocks-at-once': {
    title: 'A block is cut immediately',
    here: 'A transaction goes into a block as soon as it is endorsed, unless you set a batch size and timeout. Conflicts between calls in the same block show only then.',
    there:
      'An orderer collects transactions: for 2 s or up to 500 of them by default, so calls that use the same keys often conflict.',
    why: 'You wait for every call. To see what a network would do, choose when blocks are cut on the Blocks page, or set it in slipway.yaml.',
  },
  'own-orderer': {
    title: 'The peer configures and orders its own channels',
    here: 'A configuration block follows this peer’s organisations and batch size, without the update that led to it. The orderer is a single process (“solo”) with its own certificate. Block 0 is not in the state.',
    there: 'Administrators sign a configuration update, and the orderers agree on each block by Raft or BFT.',
    why: 'Slipway has nobody to agree with. Its blocks, signatures and hashes are valid to Fabric’s own code.',
  },
  'no-acl': {
    title: 'ACLs refuse none of your own calls',
    here: 'In the window and on the command line, any identity of an organisation in the channel can call any chaincode and read blocks and definitions. What client applications send over gRPC is checked as on a peer, unless peer.acls is false.',
    there:
      'The channel’s policies decide for everybody: Writers for calls, Readers for blocks, Admins for the lifecycle.',
    why: 'You test the chaincode’s own access control, which is real.',
  },
  'definition-by-opening': {
    title: 'Opening a chaincode defines it',
    here: 'One _lifecycle transaction approves for every organisation and commits, with name:version as the package id. Collections are taken from the folder as they are.',
    there: 'Each organisation approves, one of them commits, and collections are first checked against the definition.',
    why: 'You change version, collections and init while you work, without a ceremony each time.',
  },
  'embedded-queries': {
    title: 'Rich queries don’t need CouchDB',
    here: 'Selectors, sort order, indexes and errors match CouchDB’s, measured against a real one. Queries can’t use _rev or ~version. Selectors deeper than 1,000 levels are refused, and so are regular expressions with lookaround or backreferences. Bookmarks have Slipway’s own form.',
    there: 'CouchDB answers, with PCRE’s regular expressions. GetState, too, returns JSON with its fields sorted.',
    why: 'You don’t have to install anything. To use a real CouchDB, set stateDatabase: CouchDB in slipway.yaml.',
  },
  'couchdb-keys': {
    title: 'What CouchDB refuses is accepted, with a hint',
    here: 'Empty keys, keys that begin with _, and documents with top-level fields _… or ~version are written; the bookmark of a range’s last page is empty. The result of the call has a hint for each.',
    there:
      'A peer with CouchDB refuses them, and gives the end key as that bookmark. A peer with LevelDB does as Slipway.',
    why: 'Slipway answers rich queries without knowing which of the two your network uses. With stateDatabase: CouchDB it refuses too; with goleveldb there are neither rich queries nor hints.',
  },
  'couchdb-follows': {
    title: 'CouchDB follows the ledger',
    here: 'State and versions are read from the embedded ledger, and documents are copied to CouchDB afterwards. While it is away, only rich queries fail.',
    there: 'The state is in CouchDB, and a peer that can’t reach it stops.',
    why: 'Your calls shouldn’t stop with a server that few of them need.',
  },
  'requests-in-turn': {
    title: 'A second request of a transaction waits',
    here: 'A request that arrives while another one of the same transaction is being answered waits its turn.',
    there: 'A peer sometimes drops it silently, and the chaincode waits until the call times out.',
    why: 'A peer’s fault isn’t worth copying. Shims send one request at a time.',
  },
  'registration-refused': {
    title: 'A refused registration ends its stream',
    here: 'A process that registers under an unknown name, or under that of a chaincode that Slipway runs itself, gets the reason, and its stream ends. A second process that you start waits until you let it take over, or until the first one ends.',
    there: 'The stream stays open without an answer; when it closes, the healthy chaincode of that name is lost too.',
    why: 'A process that hangs silently tells you nothing.',
  },
  'too-large-call': {
    title: 'A call that is too large fails alone',
    here: 'A call with more than about 50 MB of arguments fails with the reason, and the chaincode keeps running.',
    there: 'The peer’s send fails and breaks the chaincode’s stream, so every other call fails too.',
    why: 'A peer’s fault isn’t worth copying.',
  },
  'one-ledger': {
    title: 'Dev and net share one ledger',
    here: 'State, history and definitions stay when a chaincode moves between a process and a container.',
    there: 'A peer runs in one of the two modes for its whole life.',
    why: 'Changing the mode should change how a chaincode is launched and nothing else.',
  },
} as const satisfies Record<string, FidelityNote>
