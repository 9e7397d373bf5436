/** What can go wrong with a stream that a chaincode opened. */
export const registrationErrors = {
  PORT_UNAVAILABLE: (d: { wanted: string; reason: string }) => ({
    what: `Slipway can't listen for chaincode on ${d.wanted}.`,
    why: d.reason,
    do: 'Free that port or set another in slipway.yaml (peer.chaincodeListenAddress), then start Slipway again.',
  }),
  REGISTER_MALFORMED: (d: { reason: string }) => ({
    what: 'A process connected, but Slipway couldn’t read its REGISTER.',
    why: d.reason,
    do: 'Use a Fabric shim of version 1.4 or later, and set CORE_CHAINCODE_ID_NAME.',
  }),
  REGISTER_UNKNOWN_NAME: (d: { name: string; expected: string[]; address: string }) => ({
    what: `Slipway rejected a process that registered as ${d.name}.`,
    why:
      d.expected.length === 0
        ? 'No chaincode is open.'
        : `It expects ${d.expected.join(' or ')}. The name comes from CORE_CHAINCODE_ID_NAME.`,
    do: 'Start it with the command shown on the Run page.',
  }),
  REGISTER_NOT_EXPECTED: (d: { name: string; runs: 'process' | 'container' | 'server' }) => ({
    what: `Slipway rejected a process that registered as ${d.name}.`,
    why: {
      process: `Slipway runs ${d.name} itself, and no other process may take its name and see its calls.`,
      container: `${d.name} is in net mode: Slipway runs it in a container, and no other process may take its name.`,
      server: `${d.name} is a server: Slipway connects to it, and no other process may take its name.`,
    }[d.runs],
    do: {
      process: 'To start it yourself, choose “Started by: you” on the Run page, or startedBy: you in slipway.yaml.',
      container: 'Switch it to dev mode to start it yourself.',
      server: 'Start it as a server with the command shown on the Run page, or remove `server` from slipway.yaml.',
    }[d.runs],
  }),
  TAKEOVER_REFUSED: (d: { name: string }) => ({
    what: `Slipway rejected a process that wanted to take over ${d.name}.`,
    why: 'Another process serves that name, and you refused to let a second one have its calls.',
    do: 'Stop the process that serves before you start another.',
  }),
  TAKEOVER_GONE: (d: { name: string }) => ({
    what: `No process waits to take over ${d.name} any more.`,
    why: 'It has hung up, or it was answered already.',
    do: 'Nothing.',
  }),
  REGISTER_OTHER_NAME: (d: { canonicalName: string; name: string }) => ({
    what: `Slipway rejected ${d.canonicalName} because it registered as ${d.name}.`,
    why: `Slipway started it, or connected to it, as ${d.canonicalName}. A shim takes its name from CORE_CHAINCODE_ID_NAME, a server from its main program.`,
    do: `Take the name from the environment (CORE_CHAINCODE_ID_NAME, CHAINCODE_ID), or start the chaincode as ${d.canonicalName}.`,
  }),
  REGISTER_RESERVED: (d: { name: string }) => ({
    what: `Slipway rejected a process that tried to register as the system chaincode ${d.name}.`,
    why: 'System chaincodes run inside the peer.',
    do: 'Set CORE_CHAINCODE_ID_NAME to the name shown on the Run page.',
  }),
  CHAINCODE_SPEAKS_TLS: (d: { from: string; address: string }) => ({
    what: `A process connected from ${d.from} with TLS, but Slipway speaks plain gRPC on ${d.address}.`,
    why: 'TLS is switched on for that chaincode (CORE_PEER_TLS_ENABLED, or a client certificate in its code).',
    do: 'Set CORE_PEER_TLS_ENABLED=false for it, as the command on the Run page does: the port is open to this machine only.',
  }),
  CHAINCODE_WITHOUT_TLS: (d: { from: string; address: string }) => ({
    what: `A process connected from ${d.from} without TLS, but Slipway speaks TLS on ${d.address}.`,
    why: 'slipway.yaml sets `peer.tls`, and the chaincode doesn’t look at CORE_PEER_TLS_ENABLED, or something in it sets that to false.',
    do: 'Let the shim take its settings from its environment (CORE_PEER_TLS_ENABLED and the files named beside it), or remove `tls` from slipway.yaml.',
  }),
  NOT_GRPC: (d: { from: string; address: string }) => ({
    what: `Something that doesn’t speak gRPC connected from ${d.from} to ${d.address}.`,
    why: 'Only chaincode connects to this port. It may have been a browser or a health check.',
    do: 'Let only chaincode shims connect to this port. `slipway serve` opens the window in a browser.',
  }),
  CLIENT_ON_CHAINCODE_PORT: (d: { from: string; method: string; address: string }) => ({
    what: `A client application called ${d.method} on ${d.address}, which is the port for chaincode.`,
    why: `It came from ${d.from}. A peer has two addresses: one for chaincode, and one for clients.`,
    do: 'Give the application the peer’s address for clients, and CORE_PEER_ADDRESS of the chaincode this one.',
  }),
  CLIENT_SPEAKS_TLS: (d: { from: string; address: string }) => ({
    what: `An application connected from ${d.from} with TLS, but Slipway serves ${d.address} without.`,
    why: 'slipway.yaml doesn’t set `peer.tls`.',
    do: 'Connect without TLS (`credentials.createInsecure()`, `grpc://`, CORE_PEER_TLS_ENABLED=false), or set `peer: { tls: true }` in slipway.yaml.',
  }),
  CLIENT_WITHOUT_TLS: (d: { from: string; address: string }) => ({
    what: `An application connected from ${d.from} without TLS, but Slipway serves ${d.address} with TLS.`,
    why: 'slipway.yaml sets `peer.tls`.',
    do: 'Connect with TLS and the organisation’s TLS root (`grpcs://`, CORE_PEER_TLS_ENABLED=true), or remove `tls` from slipway.yaml.',
  }),
  CLIENT_TLS_REFUSED: (d: { from: string; address: string; reason: string }) => ({
    what: `The TLS handshake with an application at ${d.from} failed on ${d.address}.`,
    why: `${d.reason}.`,
    do: 'Give it the TLS root of the organisation whose node this is (tlsca/cert.pem), and with `clientAuthRequired` a client certificate that an organisation’s TLS CA has signed.',
  }),
  CHAINCODE_ON_CLIENT_PORT: (d: { from: string; address: string; chaincodeAddress: string }) => ({
    what: `A chaincode tried to register on ${d.address}, which is the port for client applications.`,
    why: `It came from ${d.from}. A peer has two addresses: one for chaincode, and one for clients.`,
    do: `Start it with CORE_PEER_ADDRESS (or -peer.address) ${d.chaincodeAddress}.`,
  }),
  CLIENT_NOT_GRPC: (d: { from: string; address: string }) => ({
    what: `Something that doesn’t speak gRPC connected from ${d.from} to ${d.address}.`,
    why: 'Only client applications connect to this port. It may have been a browser or a health check.',
    do: 'Let only Fabric clients connect to it. `slipway serve` opens the window in a browser.',
  }),
  STREAM_PROTOCOL: (d: { canonicalName: string; type: string; state: string }) => ({
    what: `${d.canonicalName} sent ${d.type} while its handler was ${d.state}, so Slipway ended its stream.`,
    why: `A handler in state ${d.state} doesn't accept that message.`,
    do: 'Check the shim’s version. A hand-written client must send REGISTER first, and only once.',
  }),
  STREAM_MALFORMED: (d: { from: string; reason: string }) => ({
    what: `Slipway couldn't read a message from ${d.from} and ended its stream.`,
    why: d.reason,
    do: 'Use an unmodified Fabric shim. Split an answer that is too large, for example into pages.',
  }),
  STREAM_REFUSED: (d: { canonicalName: string; from: string; reason: string }) => ({
    what: `Slipway refused a connection from ${d.from} to the listener of ${d.canonicalName}.`,
    why: `That listener is only for what Slipway itself started. ${d.reason}`,
    do: 'Nothing, unless the chaincode itself connected: it must call its shim’s start only once.',
  }),
  STREAM_REPLACED: (d: { canonicalName: string }) => ({
    what: `A newer ${d.canonicalName} took over.`,
    why: 'Another process registered under the same name and is ready. The newer one serves.',
    do: 'Nothing. If you didn’t mean to start two, stop the one you don’t need.',
  }),
  STREAM_TERMINATED: (d: { canonicalName: string; reason: string }) => ({
    what: `The stream of ${d.canonicalName} ended.`,
    why: d.reason,
    do: 'Read its output. If it crashed, its last lines say where.',
  }),
  REGISTER_TIMEOUT: (d: { seconds: number }) => ({
    what: 'A process connected but sent no REGISTER.',
    why: `Slipway waited ${d.seconds} s.`,
    do: 'Let only chaincode shims connect to this port.',
  }),
}
