import { evaluate, fails, refused, submit, type Sample } from './sample.ts'

/** The version that was initialized is a key of the chaincode's own, which every call reads. */
const INITIALIZED = 'read \\0…initialized'

/** Payments between two accounts, from the init-required days on. */
export const abstore: Sample = {
  name: 'abstore',
  source:
    'fabric-samples abstore; Fabric v2.5 integration/chaincode/simple. Init: core/chaincode/chaincode_support.go CheckInvocation',
  chaincode: 'abstore',
  steps: [
    refused('abstore:query', ['a'], 'INIT_REQUIRED'),
    {
      kind: 'submit',
      fn: 'abstore:init',
      args: ['a', 'ten', 'b', '200'],
      isInit: true,
      expected: {
        // An Init that fails is an ERROR of this shim (shim/handler.go handleInit), which a peer tells as its own.
        Go: { refused: 'TRANSACTION_FAILED' },
        Node: { status: 500, message: 'not a whole number: ten' },
        Java: { status: 500, message: 'not a whole number: ten' },
      },
    },
    submit(
      'abstore:init',
      ['a', '100', 'b', '200'],
      '',
      [INITIALIZED, 'write \\0…initialized=1.0', 'write a=100', 'write b=200'],
      { isInit: true },
    ),
    refused('abstore:init', ['a', '1', 'b', '2'], 'INIT_DONE', { isInit: true }),
    evaluate('abstore:query', ['a'], '100', [INITIALIZED, 'read a']),
    submit('abstore:invoke', ['a', 'b', '10'], '', [INITIALIZED, 'read a', 'read b', 'write a=90', 'write b=210']),
    evaluate('abstore:query', ['a'], '90', [INITIALIZED, 'read a']),
    evaluate('abstore:query', ['b'], '210', [INITIALIZED, 'read b']),
    submit('abstore:invoke', ['b', 'a', '-5'], '', [INITIALIZED, 'read a', 'read b', 'write a=85', 'write b=215']),
    fails('abstore:invoke', ['a', 'nobody', '10'], 'no account nobody'),
    fails('abstore:invoke', ['a', 'b', 'much'], 'not a whole number: much'),
    fails('abstore:invoke', ['a', 'b'], 'expected 3 arguments, got 2'),
    fails('abstore:nothing', [], 'no operation abstore:nothing'),
    submit('abstore:delete', ['b'], '', [INITIALIZED, 'delete b']),
    fails('abstore:query', ['b'], 'no account b'),
    // A key that is not there can be deleted, and the transaction is valid.
    submit('abstore:delete', ['b'], '', [INITIALIZED, 'delete b']),
  ],
}
