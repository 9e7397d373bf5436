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
    here: 'The chaincode runs once for a call, and the peer of each organisation that has to endorse signs this one result.',
    there:
      'Each endorsing peer runs it by itself, and where their results differ the transaction cannot be assembled: time, random numbers and the order of a Go map must not reach the state.',
    why: 'There is one peer on one machine, and a second run of every call would cost its author time.',
  },
  'blocks-at-once': {
    title: 'A block is cut at once',
    here: 'A transaction goes into a block as soon as it is endorsed, unless batch size and timeout say otherwise. What conflicts between two calls in one block shows only then.',
    there:
      'An orderer waits for company: 2 s or 500 transactions by default, so calls of the same keys often conflict.',
    why: 'An author waits for every call. Set batchTimeout and maxMessageCount to see what a network would do.',
  },
  'no-acl': {
    title: 'Nobody is refused by an ACL',
    here: 'Any identity of an organisation of the channel may call any chaincode, and read blocks and configuration.',
    there: 'The policies of the channel decide: Writers for calls, Readers for blocks, Admins for the lifecycle.',
    why: 'What an author tests is the chaincode’s own access control, which is real.',
  },
  'requests-in-turn': {
    title: 'A second request of a transaction waits',
    here: 'A request that arrives while another one of the same transaction is answered waits for its turn.',
    there: 'A peer drops it without a word, sometimes, and the chaincode waits until the call times out.',
    why: 'The fault of a peer is not worth copying. Shims send one request after another.',
  },
  'registration-refused': {
    title: 'A refused registration ends its stream',
    here: 'A chaincode that registers under an unknown or taken name is told why, and its stream ends.',
    there: 'The stream stays open without an answer; when it closes, the healthy chaincode of that name is lost too.',
    why: 'A process that hangs without a word tells its author nothing.',
  },
  'any-order-in-net': {
    title: 'Dev and net share one ledger',
    here: 'State, history and definitions stay when a chaincode changes between a process and a container.',
    there: 'A peer runs in one of the two for its whole life.',
    why: 'So that a change of mode changes how a chaincode is launched and nothing else.',
  },
} as const satisfies Record<string, FidelityNote>
