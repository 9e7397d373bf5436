/** What can be wrong with a stream that a chaincode opened. */
export const registrationErrors = {
  PORT_UNAVAILABLE: (d: { wanted: string; reason: string }) => ({
    what: `Slipway cannot listen for chaincode on ${d.wanted}.`,
    why: d.reason,
    do: 'Free that port or name another in slipway.yaml (peer.chaincodeListenAddress), then start Slipway again.',
  }),
  REGISTER_MALFORMED: (d: { reason: string }) => ({
    what: 'A process connected, but its REGISTER could not be read.',
    why: d.reason,
    do: 'Use a Fabric shim of version 1.4 or newer, and set CORE_CHAINCODE_ID_NAME.',
  }),
  REGISTER_UNKNOWN_NAME: (d: { name: string; expected: string[]; address: string }) => ({
    what: `A process registered as ${d.name} and was turned away.`,
    why:
      d.expected.length === 0
        ? 'No chaincode is open.'
        : `Expected is ${d.expected.join(' or ')}. The name comes from CORE_CHAINCODE_ID_NAME.`,
    do: 'Start it with the command that the Run page shows.',
  }),
  REGISTER_NOT_EXPECTED: (d: { name: string; runs: 'container' | 'server' }) => ({
    what: `A process registered as ${d.name} and was turned away.`,
    why:
      d.runs === 'container'
        ? `${d.name} is in net mode: Slipway runs it in a container, and nothing else may take its name.`
        : `${d.name} is a server: Slipway connects to it, and nothing else may take its name.`,
    do:
      d.runs === 'container'
        ? 'Switch it to dev mode to start it yourself.'
        : 'Start it as a server, with the command that the Run page shows; or remove `server` from slipway.yaml.',
  }),
  REGISTER_OTHER_NAME: (d: { canonicalName: string; name: string }) => ({
    what: `${d.canonicalName} registered as ${d.name} and was turned away.`,
    why: `Slipway started it, or connected to it, as ${d.canonicalName}. A shim takes the name from CORE_CHAINCODE_ID_NAME, a server from what its main program gives it.`,
    do: `Let it take the name from its environment (CORE_CHAINCODE_ID_NAME, CHAINCODE_ID), or start it with ${d.canonicalName}.`,
  }),
  REGISTER_RESERVED: (d: { name: string }) => ({
    what: `A process tried to register as the system chaincode ${d.name} and was turned away.`,
    why: 'System chaincodes run inside the peer.',
    do: 'Set CORE_CHAINCODE_ID_NAME to the name that the Run page shows.',
  }),
  STREAM_PROTOCOL: (d: { canonicalName: string; type: string; state: string }) => ({
    what: `${d.canonicalName} sent ${d.type} while its handler was ${d.state}; its stream was ended.`,
    why: `A ${d.state} handler does not take that message.`,
    do: 'Check the shim’s version. A hand-written client must send REGISTER first and only once.',
  }),
  STREAM_MALFORMED: (d: { from: string; reason: string }) => ({
    what: `A message from ${d.from} could not be read; its stream was ended.`,
    why: d.reason,
    do: 'Use an unmodified Fabric shim. An answer that is too large has to be split, e.g. by pages.',
  }),
  STREAM_REFUSED: (d: { canonicalName: string; from: string; reason: string }) => ({
    what: `A connection from ${d.from} to the listener of ${d.canonicalName} was turned away.`,
    why: `That listener is for one stream of its container. ${d.reason}`,
    do: 'Nothing, unless it was the chaincode itself: it must call its shim’s start once.',
  }),
  STREAM_REPLACED: (d: { canonicalName: string }) => ({
    what: `A newer ${d.canonicalName} took over.`,
    why: 'Another process registered under the same name and is ready; the newer one serves.',
    do: 'Nothing. If you did not start two, end the one you do not need.',
  }),
  STREAM_TERMINATED: (d: { canonicalName: string; reason: string }) => ({
    what: `The stream of ${d.canonicalName} ended.`,
    why: d.reason,
    do: 'Read its output. If it crashed, its last lines say where.',
  }),
  REGISTER_TIMEOUT: (d: { seconds: number }) => ({
    what: 'A process connected but sent no REGISTER.',
    why: `It was given ${d.seconds} s.`,
    do: 'Only a chaincode shim should connect to this port.',
  }),
}
