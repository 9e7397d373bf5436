// @module-tag slow
import { attributeBased } from './abac.ts'
import { assetStateBased } from './asset-sbe.ts'
import { basic } from './basic.ts'
import { token } from './erc20.ts'
import { events } from './events.ts'
import { ledgerQueries } from './ledger-queries.ts'
import { privateData } from './private-data.ts'
import { testSamples } from './suite.ts'

testSamples('the samples of the contract API', {
  fixtures: { Node: 'samples-contract-node', Go: 'samples-contract-go', Java: 'samples-contract-java' },
  chaincodes: [{ name: 'contract' }, { name: 'private' }],
  // `basic` lists all assets there are.
  samples: [basic, ledgerQueries, events, privateData, assetStateBased, attributeBased, token],
})
