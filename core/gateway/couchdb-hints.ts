import type { Hint } from '../contract/call.ts'
import type { TxSimulator } from '../ledger/ledger.ts'

/** What would have gone otherwise on a peer with CouchDB, whose queries Slipway answers without it. */
export function couchDBHints(simulator: Pick<TxSimulator, 'couchDBRefusals' | 'lastPages'>): Hint[] {
  const refusals = simulator.couchDBRefusals().map(({ key, reason }): Hint => {
    const words = `A peer with CouchDB refuses this: ${reason}. If your network's peers use LevelDB, set peer.ledger.state.stateDatabase: goleveldb in slipway.yaml.`
    return { name: 'couchdb-refuses', key, words }
  })
  const pages = simulator.lastPages().map((end): Hint => {
    const words = `It read the last page of a range, and its bookmark is empty. On a peer with CouchDB it is the end key, ${JSON.stringify(end)}, so a loop that runs until the bookmark is empty never ends. Stop when a page has fewer records than its size.`
    return { name: 'couchdb-bookmark', words }
  })
  return [...refusals, ...pages]
}
