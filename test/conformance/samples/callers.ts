import { evaluate, fails, peerSays, submit, type Sample, type Step } from './sample.ts'

const INITIALIZED = '[abstore] read \\0…initialized'
const PAID = ['[abstore] read a', '[abstore] read b']
const call = (...args: string[]): [string, string[]] => ['passthru:call', args]

/** The peer's word instead of an answer is the payload of a response in Go, and an exception in Node. */
function cannotBeCalled(args: string[], words: string): Step {
  const text = peerSays(`INVOKE_CHAINCODE failed: transaction ID: <txid>: ${words}`)
  return {
    kind: 'submit',
    fn: 'passthru:call',
    args,
    expected: {
      Go: { status: 500, payload: text.Go },
      Node: { status: 500, message: text.Node },
      Java: { status: 500, message: text.Java },
    },
  }
}

/** Chaincodes that call chaincodes. */
export const callers: Sample = {
  name: 'passthru, example04, example05',
  source:
    'Fabric v1.4 examples/chaincode/go/{passthru,example04,example05}; v2.5 core/chaincode/handler.go HandleInvokeChaincode',
  chaincode: 'shim',
  steps: [
    submit('abstore:init', ['a', '100', 'b', '200'], '', ['write a=100', 'write b=200'], { chaincode: 'elsewhere' }),
    submit('abstore:init', ['b', '215', 'c', '1'], '', [INITIALIZED.slice(10), 'write b=215', 'write c=1'], {
      chaincode: 'abstore',
    }),
    evaluate(...call('abstore', '', 'abstore:query', 'a'), '85', [INITIALIZED, '[abstore] read a']),
    // One transaction: what is called writes in its own namespace.
    submit(...call('abstore', '', 'abstore:invoke', 'a', 'b', '5'), '', [
      INITIALIZED,
      ...PAID,
      '[abstore] write a=80',
      '[abstore] write b=220',
    ]),
    fails(...call('abstore', '', 'abstore:query', 'nobody'), 'no account nobody'),
    submit('example04:invoke', ['abstore', 'paid', '1', ''], '', [
      INITIALIZED,
      ...PAID,
      '[abstore] write a=70',
      '[abstore] write b=230',
      'write paid=1',
    ]),
    submit('example04:invoke', ['abstore', 'paid', '0', ''], '', []),
    evaluate('example04:query', ['paid'], '1', ['read paid']),
    submit('example05:invoke', ['abstore', 'sum', ''], '300', [INITIALIZED, ...PAID, 'write sum=300']),
    // On another channel it reads there, and what it writes is dropped.
    evaluate(...call('elsewhere', 'otherchannel', 'abstore:query', 'a'), '100', []),
    submit('example05:invoke', ['elsewhere', 'sum', 'otherchannel'], '300', ['write sum=300']),
    submit('example04:invoke', ['elsewhere', 'paid', '1', 'otherchannel'], '', ['write paid=1']),
    evaluate('abstore:query', ['a'], '100', ['read a'], { chaincode: 'elsewhere' }),
    // The event of what is called is lost.
    submit(...call('abstore', '', 'eventsender:invoke', 'x'), '', [
      INITIALIZED,
      '[abstore] read noevents',
      '[abstore] write noevents=1',
    ]),
    cannotBeCalled(
      ['nosuch', '', 'abstore:query', 'a'],
      'execute failed: invalid invocation: [channel mychannel] failed to get chaincode container info for nosuch: chaincode nosuch not found',
    ),
    cannotBeCalled(['shim', '', 'abstore:query', 'a'], 'execute failed: error sending: txid: <txid>(mychannel) exists'),
    cannotBeCalled(
      ['elsewhere', 'nochannel', 'abstore:query', 'a'],
      'Failed to get policy manager for channel [nochannel]',
    ),
    fails(...call('abstore', ''), 'no chaincode is named'),
  ],
}
