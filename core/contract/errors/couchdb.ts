const withoutIt = 'Calls without rich queries work on; the documents are copied as soon as it answers.'

/** A real CouchDB beside the ledger: `ledger.state.stateDatabase: CouchDB`. */
export const couchdbErrors = {
  COUCHDB_UNREACHABLE: (d: { address: string; message: string }) => ({
    what: `CouchDB at ${d.address} cannot be reached.`,
    why: d.message,
    do: `Start it, or correct couchDBAddress in slipway.yaml. ${withoutIt}`,
  }),
  COUCHDB_SLOW: (d: { address: string; ms: number }) => ({
    what: `CouchDB at ${d.address} did not answer within ${d.ms / 1000} s.`,
    why: 'It is busy, perhaps building an index, or something between here and there is stuck.',
    do: 'Try again, or raise requestTimeout of couchDBConfig in slipway.yaml.',
  }),
  COUCHDB_DENIED: (d: { address: string; username: string }) => ({
    what: `CouchDB at ${d.address} does not let ${d.username === '' ? 'anybody without a name' : d.username} in.`,
    why: 'Name or password are wrong, or it is no server admin, which a state database needs.',
    do: `Correct couchDBConfig in slipway.yaml, or CORE_LEDGER_STATE_COUCHDBCONFIG_USERNAME and _PASSWORD in the environment. ${withoutIt}`,
  }),
  COUCHDB_TOO_OLD: (d: { address: string; version: string }) => ({
    what: `CouchDB at ${d.address} is version ${d.version}.`,
    why: 'Fabric supports 3.1 and later.',
    do: `Use a newer one. ${withoutIt}`,
  }),
  COUCHDB_NOT_COUCHDB: (d: { address: string; message: string }) => ({
    what: `What answers at ${d.address} is no CouchDB.`,
    why: d.message,
    do: `Correct couchDBAddress in slipway.yaml. ${withoutIt}`,
  }),
  COUCHDB_FOREIGN: (d: { address: string; channel: string; database: string; owner?: string }) => ({
    what: `CouchDB at ${d.address} holds channel ${d.channel} of another ledger.`,
    why:
      d.owner === undefined
        ? `The database ${d.database} was not written by Slipway, but perhaps by a Fabric peer.`
        : `The database ${d.database} belongs to the ledger in ${d.owner}.`,
    do: `Use another CouchDB or another channel's name, or delete the databases of that channel. Nothing in it was changed. ${withoutIt}`,
  }),
  COUCHDB_REFUSED: (d: { address: string; database: string; key?: string; message: string }) => ({
    what: `CouchDB at ${d.address} did not take ${d.key === undefined ? 'what was' : `the key ${JSON.stringify(d.key)}`} written to ${d.database}.`,
    why: d.message,
    do: 'A real peer stops at such a block. Write a value that it takes, or correct its configuration; then query again.',
  }),
  COUCHDB_BEHIND: (d: { address: string; ms: number }) => ({
    what: `CouchDB at ${d.address} does not hold the newest blocks yet.`,
    why: `They are being copied, and after ${d.ms / 1000} s there were still some left.`,
    do: 'Try again in a moment.',
  }),
  COUCHDB_OVERTAKEN: (d: { namespace: string }) => ({
    what: `The state of ${d.namespace} changed while this call was going on.`,
    why: 'CouchDB shows only the newest state, and a block came in between. A real peer lets the block wait for the call.',
    do: 'Call again.',
  }),
}
