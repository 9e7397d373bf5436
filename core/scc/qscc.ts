import { messageOf } from '../contract/error-message.ts'
import type { InprocChaincode } from '../container/inproc/shim.ts'
import type { BlockReads } from '../ledger/block-reads.ts'
import { invokedChaincodeName, text } from './invocation.ts'

const NAME = 'qscc'

/**
 * The system chaincode that reads blocks (Fabric v2.5.16 core/scc/qscc/query.go). `blocks` returns undefined for an
 * unknown channel. Access control lists are not enforced.
 */
export function qscc(blocks: (channel: string) => BlockReads | undefined): InprocChaincode {
  return {
    invoke(stub) {
      const { args } = stub
      if (args.length < 2) throw new Error(`Incorrect number of arguments, ${args.length}`)
      const [fn, channel, arg] = [text(args[0]), text(args[1]), args[2]]
      const invoked = invokedChaincodeName(stub)
      if (invoked !== NAME) {
        throw new Error(
          `Rejecting invoke of QSCC from another chaincode because of potential for deadlocks, original invocation for '${invoked}'`,
        )
      }
      if (fn !== 'GetChainInfo' && arg === undefined) throw new Error(`missing 3rd argument for ${fn}`)
      const chain = blocks(channel)
      if (chain === undefined) throw new Error(`Invalid chain ID, ${channel}`)
      return Promise.resolve(answer(chain, { fn, channel, arg: arg ?? new Uint8Array() }))
    },
  }
}

function answer(
  blocks: BlockReads,
  { fn, channel, arg }: { fn: string; channel: string; arg: Uint8Array },
): Uint8Array {
  switch (fn) {
    case 'GetChainInfo':
      return findOr('Failed to get block info with error', () => blocks.info())
    case 'GetBlockByNumber': {
      const number = parseUint(text(arg))
      return findOr(`Failed to get block number ${number}, error`, () => blocks.byNumber(number))
    }
    case 'GetBlockByHash':
      return findOr(`Failed to get block hash ${text(arg)}, error`, () => blocks.byHash(arg))
    case 'GetTransactionByID':
      return findOr(`Failed to get transaction with id ${text(arg)}, error`, () => blocks.transaction(text(arg)))
    case 'GetBlockByTxID':
      return findOr(`Failed to get block for txID ${text(arg)}, error`, () => blocks.byTxId(text(arg)))
    default:
      // An ACL that names a function is looked for before the function.
      throw new Error(`access denied for [${fn}][${channel}]: [Unmapped policy for qscc/${fn}]`)
  }
}

/** Throws `failure` with the reason if `find` throws. */
function findOr(failure: string, find: () => { serializeBinary(): Uint8Array }): Uint8Array {
  try {
    return find().serializeBinary()
  } catch (error) {
    throw new Error(`${failure} ${messageOf(error)}`, { cause: error })
  }
}

/** Like Go's strconv.ParseUint with base 10 and 64 bits, whose words are part of the answer. */
function parseUint(digits: string): bigint {
  const failed = (why: string) =>
    new Error(`Failed to parse block number with error strconv.ParseUint: parsing ${JSON.stringify(digits)}: ${why}`)
  if (!/^[0-9]+$/.test(digits)) throw failed('invalid syntax')
  const number = BigInt(digits)
  if (number >= 2n ** 64n) throw failed('value out of range')
  return number
}
