import type { Ledger, TxSimulator } from './ledger.ts'
import { newSimulationNotes } from './simulation-notes.ts'

/** What a call without a channel is simulated on: system chaincode may answer it, but has no state, as in Fabric. */
export const noLedger: Pick<Ledger, 'newTxSimulator' | 'persistPrivate'> = {
  newTxSimulator: () => noState,
  persistPrivate: refuse,
}

function refuse(): never {
  throw new Error('no ledger context')
}

const noState: TxSimulator = {
  getState: refuse,
  setState: refuse,
  deleteState: refuse,
  getStateRange: refuse,
  getStateRangePage: refuse,
  executeQuery: refuse,
  executeQueryWithPagination: refuse,
  getStateMetadata: refuse,
  setStateMetadata: refuse,
  getPrivateData: refuse,
  getPrivateDataMultipleKeys: refuse,
  getPrivateDataHash: refuse,
  getPrivateDataMetadata: refuse,
  setPrivateData: refuse,
  deletePrivateData: refuse,
  purgePrivateData: refuse,
  setPrivateDataMetadata: refuse,
  getPrivateDataRange: refuse,
  executeQueryOnPrivateData: refuse,
  collection: refuse,
  getHistoryForKey: refuse,
  results: () => ({
    rwset: () => new Uint8Array(),
    privateRwset: undefined,
    readWriteSet: { namespaces: [] },
    publicSets: [],
    keyPolicies: [],
    collectionsWritten: [],
    policiesLost: [],
  }),
  queries: () => [],
  ownWritesRead: () => [],
  emptyWrites: () => [],
  couchDBRefusals: () => [],
  lastPages: () => [],
  get notes() {
    return newSimulationNotes()
  },
  privateReads: () => [],
  forPeer: () => noState,
  done: () => undefined,
}
