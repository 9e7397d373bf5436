import { evaluate, fails, submit, type Sample } from './sample.ts'

/** One event of a transaction reaches the block. */
export const eventSender: Sample = {
  name: 'eventsender',
  source: 'Fabric v1.4 examples/chaincode/go/eventsender; v2.5 core/endorser/endorser.go',
  chaincode: 'shim',
  steps: [
    submit('eventsender:invoke', ['i', 'am', 'satoshi'], '', [
      'read noevents',
      'write noevents=1',
      'event evtsender=Event 0,i,am,satoshi',
    ]),
    submit('eventsender:invoke', [], '', ['read noevents', 'write noevents=2', 'event evtsender=Event 1']),
    evaluate('eventsender:query', [], '{"sent":2}', ['read noevents']),
    submit('eventsender:twice', ['a', 'b'], '', ['event second=b']),
    fails('eventsender:fail', [], 'refused after the event'),
    fails('eventsender:unnamed', [], {
      Go: 'event name can not be empty string',
      Node: 'Event name must be a non-empty string',
      Java: 'event name can not be nil string',
    }),
    evaluate('eventsender:query', [], '{"sent":2}', ['read noevents']),
  ],
}
