/** A call that did not come back with an answer of the chaincode. */
export const callErrors = {
  EXECUTE_TIMEOUT: (d: { canonicalName: string; seconds: number }) => ({
    what: `${d.canonicalName} did not answer within ${d.seconds} s.`,
    why: 'timeout expired while executing transaction: the function is still running, loops, or never answers.',
    do: 'Look for a promise that is never awaited or an endless loop; a Node chaincode that loops answers nothing until you restart it. For breakpoints start the chaincode yourself: then calls wait.',
  }),
  TRANSACTION_FAILED: (d: { canonicalName: string; message: string }) => ({
    what: `${d.canonicalName} ended the transaction with an error.`,
    why: d.message,
    do: 'Read its output: the shim prints where it came from.',
  }),
  RESPONSE_MALFORMED: (d: { canonicalName: string; message: string }) => ({
    what: `The answer of ${d.canonicalName} could not be read.`,
    why: d.message,
    do: 'Use an unmodified Fabric shim.',
  }),
  MESSAGE_TOO_LARGE: (d: { canonicalName: string; bytes: number; limit: number }) => ({
    what: `The call is too large for ${d.canonicalName}: ${d.bytes} bytes.`,
    why: `A chaincode message holds at most ${d.limit} bytes, and the arguments travel twice in it (once in the signed proposal).`,
    do: 'Pass less in one call.',
  }),
  TXID_EXISTS: (d: { txId: string; channel: string }) => ({
    what: `txid: ${d.txId}(${d.channel}) exists`,
    why: 'The chaincode is already executing this transaction: it called itself, or a chain of calls came back to it.',
    do: 'Call the function directly in place of invoking the chaincode again.',
  }),
  INIT_REQUIRED: (d: { name: string }) => ({
    what: `chaincode '${d.name}' has not been initialized for this version, must call as init first`,
    why: 'It was opened with init required, and this version has not been initialized.',
    do: 'Submit its init function once with --isInit (in the window: the Init switch).',
  }),
  INIT_DONE: (d: { name: string }) => ({
    what: `chaincode '${d.name}' is already initialized but called as init`,
    why: 'Init runs once for each version.',
    do: 'Call it without --isInit.',
  }),
  INIT_NOT_REQUIRED: (d: { name: string }) => ({
    what: `chaincode '${d.name}' does not require initialization but called as init`,
    why: 'It was opened without init required.',
    do: 'Call it without --isInit, or set initRequired in slipway.yaml.',
  }),
  ARGUMENT_INVALID: (d: { argument: string; message: string }) => ({
    what: `${d.argument} cannot be used.`,
    why: d.message,
    do: 'Mend it and call again.',
  }),
  CHANNEL_UNKNOWN: (d: { channel: string; known: string[] }) => ({
    what: `channel '${d.channel}' not found`,
    why: d.known.length === 0 ? 'This peer has no channel yet.' : `This peer has: ${d.known.join(', ')}.`,
    do: 'Use one of those, or open a chaincode with --channel.',
  }),
  CHAINCODE_NOT_DEFINED: (d: { name: string; channel: string; channels: readonly string[] }) => ({
    what: `Chaincode ${d.name} is not defined on channel ${d.channel}.`,
    why: `It is defined on ${d.channels.join(', ')}.`,
    do: `Add \`channels: [${d.channel}]\` to its slipway.yaml, which is read as it is saved, or call it on one of those.`,
  }),
  COLLECTION_UNKNOWN: (d: { chaincode: string; collection: string; known: string[] }) => ({
    what: `Chaincode ${d.chaincode} has no collection ${d.collection}.`,
    why: `It has ${d.known.join(', ')}.`,
    do: 'Use one of those, or define it in collections_config.json, which is read as it is saved.',
  }),
  ORDER_REFUSED: (d: { bytes: number; limit: number }) => ({
    what: `message payload is ${d.bytes} bytes and exceeds maximum allowed ${d.limit} bytes`,
    why: 'An orderer takes no larger transaction (BatchSize.AbsoluteMaxBytes). The arguments and all that was written are in it.',
    do: 'Write less in one transaction. To allow more here, and only here, set peer.orderer.batchSize.absoluteMaxBytes in slipway.yaml.',
  }),
  COMMIT_NOT_AWAITED: (d: { txId: string }) => ({
    what: `Nobody waits any more for the commit of transaction ${d.txId}.`,
    why: 'The call was cancelled after the transaction had been ordered, and what is ordered cannot be taken back.',
    do: 'Look at the recorded call: it shows how the transaction ended.',
  }),
  CLASS_TRANSFORMER: (d: { name: string }) => ({
    what: `The contract of ${d.name} cannot describe itself: classToPlain is not a function.`,
    why: 'fabric-contract-api was installed with class-transformer 0.4.1, which no longer has that function.',
    do: 'Add "overrides": { "class-transformer": "0.4.0" } to its package.json, run npm install and save.',
  }),
  CALL_UNKNOWN: (d: { id: number }) => ({
    what: `There is no recorded call ${d.id}.`,
    why: 'Only the newest calls are kept.',
    do: 'Choose one from the list.',
  }),
}
