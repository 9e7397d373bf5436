// @module-tag slow
import { abstore } from './abstore.ts'
import { callers } from './callers.ts'
import { eventSender } from './eventsender.ts'
import { highThroughput } from './high-throughput.ts'
import { marblesPrivate } from './marbles-private.ts'
import { keyValueMap } from './map.ts'
import { marbles } from './marbles.ts'
import { stateBasedEndorsement } from './sbe.ts'
import { testSamples } from './suite.ts'

testSamples('the samples of the low-level shim', {
  fixtures: { Node: 'samples-shim-node', Go: 'samples-shim-go', Java: 'samples-shim-java' },
  chaincodes: [
    { name: 'shim' },
    { name: 'private' },
    { name: 'abstore', initRequired: true },
    { name: 'elsewhere', channel: 'otherchannel' },
  ],
  // `callers` pays with what `abstore` left.
  samples: [abstore, keyValueMap, marbles, marblesPrivate, stateBasedEndorsement, callers, eventSender, highThroughput],
})
