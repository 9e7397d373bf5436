import { endorse } from '../endorser/endorser.ts'
import { buildProposal } from '../endorser/proposal.ts'
import { signedEnvelope } from '../gateway/envelope.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { metadataAt, type StateRow } from '../ledger/whole-state.ts'
import type { Identities } from '../msp/dev-ca.ts'
import type { SigningIdentity } from '../msp/identity.ts'
import { ChaincodeInput, Response } from '../protos/index.ts'
import { definedVersion } from './defined-version.ts'

export interface SeedSigners {
  client: SigningIdentity
  /** The peers of all organisations. */
  peers: readonly SigningIdentity[]
}

export function seedSigners(identities: Pick<Identities, 'client' | 'organisations' | 'peerOf'>): SeedSigners {
  const peers = identities.organisations().map((mspId) => identities.peerOf(mspId))
  return { client: identities.client, peers }
}

/** What a block says of such a transaction: no chaincode has that function. */
export const IMPORT_FUNCTION = 'slipway:import-state'

/** A transaction that writes these keys of one chaincode, endorsed by everybody. */
export function seedTransaction(
  rows: readonly StateRow[],
  ledger: Pick<Ledger, 'channel' | 'state' | 'newTxSimulator'>,
  { client, peers }: SeedSigners,
): { txId: string; envelope: Uint8Array; privateRwset: Uint8Array | undefined } {
  const { channel } = ledger
  const name = rows[0]?.namespace ?? ''
  const input = new ChaincodeInput()
  input.setArgsList([Buffer.from(IMPORT_FUNCTION)])
  const proposal = buildProposal({ channel, chaincode: name, input, transient: new Map() }, client)
  const simulator = ledger.newTxSimulator(proposal.txId)
  try {
    for (const { namespace, collection, key, value, metadata } of rows) {
      // A write alone would leave the metadata that the key has now.
      const isMarked = metadata.size > 0 || metadataAt(ledger.state, { namespace, collection, key }).length > 0
      if (collection === undefined) {
        simulator.setState(namespace, key, value)
        if (isMarked) simulator.setStateMetadata(namespace, key, metadata)
      } else {
        simulator.setPrivateData(namespace, collection, key, value)
        if (isMarked) simulator.setPrivateDataMetadata(namespace, collection, key, metadata)
      }
    }
    const results = simulator.results()
    const response = new Response()
    response.setStatus(200)
    const executed = { response, executedAt: 0, chaincodeMs: 0, rwset: results.rwset() }
    const version = definedVersion(ledger.state, name) ?? ''
    const definition = { name, channel, version, systemChaincode: false, initRequired: false }
    const responses = peers.map((peer) => endorse({ definition, proposal }, executed, peer))
    const envelope = signedEnvelope(proposal, client, ...responses)
    return { txId: proposal.txId, envelope, privateRwset: results.privateRwset?.() }
  } finally {
    simulator.done()
  }
}
