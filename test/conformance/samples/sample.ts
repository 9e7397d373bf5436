import type { CallRequest } from '../../../core/contract/call.ts'

export type Language = 'Go' | 'Node' | 'Java'

/** Where the shims differ. */
export interface ByLanguage<T> {
  Go: T
  Node: T
  Java: T
}

/**
 * As they are opened. `abstore`, which must be initialized first, and `elsewhere`, on a second channel, are `shim` again;
 * `private` is either, endorsed by one organisation alone, as samples with private data are deployed.
 */
export type Called = 'shim' | 'contract' | 'abstore' | 'elsewhere' | 'private'

/** A public sample: what its operations, written again by us, must come to. */
export interface Sample {
  name: string
  /** The sample, and which part of Fabric says what is not evident from the code of its operations. */
  source: string
  chaincode: Called
  steps: (Step | Together)[]
}

/** One operation, and what a peer makes of it as Fabric's source has it. */
export interface Step extends Pick<CallRequest, 'transient' | 'identity' | 'endorsers' | 'isInit'> {
  kind: 'submit' | 'evaluate'
  fn: string
  args: string[]
  /** Instead of the sample's own. */
  chaincode?: Called
  /** By language where the shims differ. */
  expected: Expected | ByLanguage<Expected>
}

/** Calls that go into one block, in no certain order: so the codes are those of all together. */
export interface Together {
  together: Step[]
}

export interface Expected {
  /** Default 200. */
  status?: number
  /** `<bookmark>`, `<txid>` and `<tx>`, the eight first characters of it, stand for any. */
  payload?: string
  message?: string
  /** Each read, range, write, private write, policy and event, in a line, as `effectsOf` tells them; absent for what failed. */
  effects?: string[]
  /** The validation code, default VALID; of what is ordered. */
  code?: string
  /** Instead of all of it: the code of the error with which the peer refuses the call. */
  refused?: string
}

/**
 * What the peer says where it refuses a request of the chaincode's, as the chaincodes hand it on. Java's shim keeps it to
 * itself, and the contract API even that (fabric-chaincode-java 2.5.4, shim/impl/ChaincodeInvocationTask and
 * contract/execution/impl/ContractExecutionService).
 */
export function peerSays(words: string, to: 'shim' | 'contract' = 'shim'): ByLanguage<string> {
  const java = { shim: '[<tx>]Unsuccessful response received.', contract: 'Error during contract method execution' }
  return { Go: words, Node: words, Java: java[to] }
}

type Options = Omit<Step, 'kind' | 'fn' | 'args' | 'expected'>

/** It is committed with these effects. */
export function submit(fn: string, args: string[], payload: string, effects: string[], options: Options = {}): Step {
  return { kind: 'submit', fn, args, ...options, expected: { payload, effects } }
}

/** It is ordered, and marked with this code in its block. */
export function invalid(fn: string, args: string[], code: string, effects: string[], options: Options = {}): Step {
  return { kind: 'submit', fn, args, ...options, expected: { payload: '', effects, code } }
}

/** It is answered; the effects are what it read. */
export function evaluate(fn: string, args: string[], payload: string, effects: string[], options: Options = {}): Step {
  return { ...submit(fn, args, payload, effects, options), kind: 'evaluate' }
}

/** The chaincode answers a status of 500, and nothing is ordered. By language where the shims have words of their own. */
export function fails(fn: string, args: string[], message: string | ByLanguage<string>, options: Options = {}): Step {
  const expected = (of: string): Expected => ({ status: 500, message: of })
  if (typeof message === 'string') return { kind: 'submit', fn, args, ...options, expected: expected(message) }
  const { Go, Node, Java } = message
  const all = { Go: expected(Go), Node: expected(Node), Java: expected(Java) }
  return { kind: 'submit', fn, args, ...options, expected: all }
}

/** The peer does not let it reach the chaincode. */
export function refused(fn: string, args: string[], code: string, options: Options = {}): Step {
  return { kind: 'submit', fn, args, ...options, expected: { refused: code } }
}
