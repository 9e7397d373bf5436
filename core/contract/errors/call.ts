import {
  causeWords,
  placeWords,
  resultWords,
  type EndorserFailure,
  type ResultDifference,
} from '../result-difference.ts'

/** A call that ended without an answer from the chaincode. Texts that Fabric's clients know are Fabric's own. */
export const callErrors = {
  EXECUTE_TIMEOUT: (d: { canonicalName: string; seconds: number }) => ({
    what: `${d.canonicalName} didn't answer within ${d.seconds} s.`,
    why: 'Fabric calls it "timeout expired while executing transaction": the function is still running, is in a loop, or never answers.',
    do: 'Look for a promise that is never awaited, or an endless loop. A Node chaincode stuck in a loop answers nothing until you restart it. To use breakpoints, start the chaincode yourself: calls then wait.',
  }),
  TRANSACTION_FAILED: (d: { canonicalName: string; message: string }) => ({
    what: `${d.canonicalName} ended the transaction with an error.`,
    why: d.message,
    do: 'Read the chaincode’s output: the shim prints where the error came from.',
  }),
  RESPONSE_MALFORMED: (d: { canonicalName: string; message: string }) => ({
    what: `Slipway couldn't read the answer from ${d.canonicalName}.`,
    why: d.message,
    do: 'Use an unmodified Fabric shim.',
  }),
  MESSAGE_TOO_LARGE: (d: { canonicalName: string; bytes: number; limit: number }) => ({
    what: `The call is too large for ${d.canonicalName}: ${d.bytes} bytes.`,
    why: `A chaincode message holds at most ${d.limit} bytes, and it carries the arguments twice (once in the signed proposal).`,
    do: 'Pass less data in one call.',
  }),
  PRIVATE_DATA_NOT_DISTRIBUTED: (d: {
    txId: string
    channel: string
    chaincode: string
    collection: string
    requiredPeerCount: number
    otherPeers: number
  }) => ({
    what: `failed to distribute private collection, txID ${d.txId}, channel ${d.channel}: could not build private data dissemination plan for chaincode ${d.chaincode} and collection ${d.collection}: required to disseminate to at least ${d.requiredPeerCount} peers, but know of only ${d.otherPeers} eligible peers`,
    why: `The collection's requiredPeerCount is ${d.requiredPeerCount}: that many other peers of its members must get the values before a peer endorses the call. Every organisation has one peer here.`,
    do: 'Add the organisations that the collection lists, in the window under Identities or as peer.organisations in slipway.yaml. Or lower requiredPeerCount in collections_config.json.',
  }),
  KEY_POLICY_MALFORMED: (d: { chaincode: string; collection?: string | undefined; key: string; message: string }) => ({
    what: `error unmarshalling SignaturePolicyEnvelope: ${d.message}`,
    why: `The validation parameter of key ${JSON.stringify(d.key)} in ${d.collection === undefined ? d.chaincode : `the collection ${d.collection} of ${d.chaincode}`} isn't an endorsement policy, so no peer endorses a write of the key${d.collection === undefined ? '' : ' (shown is the hash of its name)'}.`,
    do: 'Make the parameter with the shim (KeyEndorsementPolicy; in Go, statebased.NewStateEP). This key can no longer be changed or deleted, here as on a network: use another one, or start over with an empty ledger.',
  }),
  TXID_EXISTS: (d: { txId: string; channel: string }) => ({
    what: `txid: ${d.txId}(${d.channel}) exists`,
    why: 'The chaincode is already executing this transaction: it called itself, directly or through another chaincode.',
    do: 'Call the function directly instead of invoking the chaincode again.',
  }),
  INIT_REQUIRED: (d: { name: string }) => ({
    what: `chaincode '${d.name}' has not been initialized for this version, must call as init first`,
    why: 'It was opened with initRequired, and this version hasn’t been initialized.',
    do: 'Submit its init function once with --isInit (in the window: the Init switch).',
  }),
  INIT_DONE: (d: { name: string }) => ({
    what: `chaincode '${d.name}' is already initialized but called as init`,
    why: 'Init runs once per version.',
    do: 'Call it without --isInit.',
  }),
  INIT_NOT_REQUIRED: (d: { name: string }) => ({
    what: `chaincode '${d.name}' does not require initialization but called as init`,
    why: 'It was opened without initRequired.',
    do: 'Call it without --isInit, or set initRequired in slipway.yaml.',
  }),
  ARGUMENT_INVALID: (d: { argument: string; message: string }) => ({
    what: `${d.argument} isn't valid.`,
    why: d.message,
    do: 'Fix it and call again.',
  }),
  CHANNEL_UNKNOWN: (d: { channel: string; known: string[] }) => ({
    what: `channel '${d.channel}' not found`,
    why: d.known.length === 0 ? 'This peer has no channels yet.' : `This peer has: ${d.known.join(', ')}.`,
    do: 'Use one of those, or open a chaincode with --channel.',
  }),
  CHAINCODE_NOT_ON_CHANNEL: (d: { name: string; channel: string; channels: readonly string[] }) => ({
    what: `Chaincode ${d.name} isn't defined on channel ${d.channel}.`,
    why: `It is defined on ${d.channels.join(', ')}.`,
    do: `Call it there, or add \`channels: [${d.channel}]\` to its slipway.yaml; Slipway reads the file when you save it.`,
  }),
  CHAINCODE_AWAITS_DEFINITION: (d: { name: string; channel: string }) => ({
    what: `Chaincode ${d.name} isn't defined on channel ${d.channel} yet.`,
    why: 'Its slipway.yaml says `define: false`, so that its author approves and commits it.',
    do: 'Define it with `peer lifecycle chaincode approveformyorg` and `commit`, or take `define: false` out of slipway.yaml.',
  }),
  LSCC_GONE: (d: { name: string }) => ({
    what: `This peer has no ${d.name}.`,
    why: 'Fabric 3 has removed the lifecycle of Fabric 1: chaincode is defined by _lifecycle.',
    do: "Call _lifecycle instead. To have the lscc of a 2.5 peer, set peer.version: '2.5' in slipway.yaml.",
  }),
  COLLECTION_UNKNOWN: (d: { chaincode: string; collection: string; known: string[] }) => ({
    what: `Chaincode ${d.chaincode} doesn't have a collection ${d.collection}.`,
    why: `It has ${d.known.join(', ')}.`,
    do: 'Use one of those, or define the collection in collections_config.json; Slipway reads the file when you save it.',
  }),
  QUERY_REFUSED: (d: { message: string; engine: 'couchdb' | 'goleveldb' | 'hashes' | 'past' }) => ({
    what: 'The state database doesn’t answer this query.',
    why: d.message,
    do: {
      couchdb: 'Correct the query: it is what chaincode passes to GetQueryResult, {"selector": {"owner": "Ann"}}.',
      goleveldb: 'Search keys and values instead, or remove stateDatabase: goleveldb from slipway.yaml.',
      past: 'Search keys and values instead, or rewind to that block.',
      hashes: 'Look at the collection as one of its members, or search the hashes.',
    }[d.engine],
  }),
  ORDER_REFUSED: (d: { bytes: number; limit: number }) => ({
    what: `message payload is ${d.bytes} bytes and exceeds maximum allowed ${d.limit} bytes`,
    why: 'An orderer accepts no larger transaction (BatchSize.AbsoluteMaxBytes). The transaction holds its arguments and everything it wrote.',
    do: 'Write less in one transaction. To allow more on this peer only, set peer.orderer.batchSize.absoluteMaxBytes in slipway.yaml.',
  }),
  RESULTS_DIFFER: (d: { chaincode: string; organisations: string[]; differences: ResultDifference[] }) => ({
    what: `ProposalResponsePayloads do not match: the peers of ${d.organisations.join(' and ')} came to different results, so there is no transaction.`,
    why: d.differences
      .map((each) => `${capital(placeWords(each))}: ${resultWords(each)}. ${causeWords[each.cause].why}`)
      .join('\n'),
    do: [...new Set(d.differences.map(({ cause }) => causeWords[cause].do))].join(' '),
  }),
  ENDORSEMENT_FAILED: (d: { chaincode: string; failures: EndorserFailure[] }) => ({
    what: 'failed to collect enough transaction endorsements',
    why: d.failures.map(({ mspId, message }) => `The peer of ${mspId}: ${message}`).join('\n'),
    do: isWithoutPrivateData(d.failures)
      ? 'That peer is of no member of the collection, so it doesn’t have the data. Let members endorse: name them as endorsers, or give the collection an endorsement policy.'
      : 'Fix what that peer’s chaincode answers, or name other endorsers.',
  }),
  NO_ENDORSERS: (d: { collections: string[]; members: string[] }) => ({
    what: 'no combination of peers can be derived which satisfy the endorsement policy',
    why: `It reads private data of ${d.collections.join(' and ')}, so only members may endorse${d.members.length === 0 ? '' : ` (${d.members.join(', ')})`}, and the policies ask for others too.`,
    do: 'Give the chaincode or the collection an endorsement policy that members satisfy (endorsementPolicy), or read the hash instead (GetPrivateDataHash).',
  }),
  TRANSIENT_UNPROTECTED: (d: { collections: string[]; endorsers: string[] }) => ({
    what: `requires endorsement from organisation(s) that are not in the distribution policy of the private data collection(s): [${d.collections.join(' ')}]; retry specifying trusted endorsing organizations to protect transient data`,
    why: `The policies ask for ${d.endorsers.join(' and ')}, and the transient data would reach peers outside of the collection.`,
    do: 'Name the endorsers yourself (--endorsers), or give the collection or the chaincode an endorsement policy that its members satisfy.',
  }),
  COMMIT_NOT_AWAITED: (d: { txId: string }) => ({
    what: `The call stopped waiting for transaction ${d.txId} to commit.`,
    why: 'It was cancelled after the transaction had been ordered, and an ordered transaction can’t be taken back.',
    do: 'Look at the recorded call: it shows how the transaction ended.',
  }),
  CLASS_TRANSFORMER: (d: { name: string }) => ({
    what: `${d.name} can't describe its contract: classToPlain is not a function.`,
    why: 'fabric-contract-api was installed with class-transformer 0.4.1, which no longer has that function.',
    do: 'Add "overrides": { "class-transformer": "0.4.0" } to its package.json, run npm install and save.',
  }),
  CALL_UNKNOWN: (d: { id: number }) => ({
    what: `No recorded call has the number ${d.id}.`,
    why: 'Slipway keeps only the newest calls.',
    do: 'Choose a call from the list.',
  }),
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Fabric's words where a peer has the hash of a private value without the value (query_executor.go). */
function isWithoutPrivateData(failures: readonly EndorserFailure[]): boolean {
  return failures.some(({ message }) => message.includes('private data matching public hash version is not available'))
}
