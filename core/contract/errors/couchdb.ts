const meanwhile = 'Calls without rich queries keep working, and Slipway copies the documents once CouchDB answers.'

/** A real CouchDB beside the ledger: `ledger.state.stateDatabase: CouchDB`. */
export const couchdbErrors = {
  COUCHDB_UNREACHABLE: (d: { address: string; message: string }) => ({
    what: `Slipway can't reach CouchDB at ${d.address}.`,
    why: d.message,
    do: `Start it, or correct couchDBAddress in slipway.yaml. ${meanwhile}`,
  }),
  COUCHDB_SLOW: (d: { address: string; ms: number }) => ({
    what: `CouchDB at ${d.address} didn't answer within ${d.ms / 1000} s.`,
    why: 'It is busy, perhaps building an index, or the connection to it is stuck.',
    do: 'Try again, or raise requestTimeout under couchDBConfig in slipway.yaml.',
  }),
  COUCHDB_DENIED: (d: { address: string; username: string }) => ({
    what: `CouchDB at ${d.address} refused ${d.username === '' ? 'access without a user name' : `access to ${d.username}`}.`,
    why: 'The user name or password is wrong, or the user isn’t a server admin, which a state database requires.',
    do: `Correct couchDBConfig in slipway.yaml, or CORE_LEDGER_STATE_COUCHDBCONFIG_USERNAME and _PASSWORD in the environment. ${meanwhile}`,
  }),
  COUCHDB_TOO_OLD: (d: { address: string; version: string }) => ({
    what: `CouchDB at ${d.address} is version ${d.version}.`,
    why: 'Fabric supports 3.1 and later.',
    do: `Use a newer version. ${meanwhile}`,
  }),
  COUCHDB_NOT_COUCHDB: (d: { address: string; message: string }) => ({
    what: `The server at ${d.address} isn't CouchDB.`,
    why: d.message,
    do: `Correct couchDBAddress in slipway.yaml. ${meanwhile}`,
  }),
  COUCHDB_FOREIGN: (d: { address: string; channel: string; database: string; owner?: string }) => ({
    what: `CouchDB at ${d.address} holds channel ${d.channel} of another ledger.`,
    why:
      d.owner === undefined
        ? `The database ${d.database} wasn't written by Slipway; it may belong to a Fabric peer.`
        : `The database ${d.database} belongs to the ledger in ${d.owner}.`,
    do: `Use another CouchDB or another channel name, or delete that channel's databases. Slipway changed nothing in them. ${meanwhile}`,
  }),
  COUCHDB_REFUSED: (d: { address: string; database: string; key?: string; message: string }) => ({
    what: `CouchDB at ${d.address} refused ${d.key === undefined ? 'a write' : `to write the key ${JSON.stringify(d.key)}`} to ${d.database}.`,
    why: d.message,
    do: 'A real peer stops at such a block. Write a value that CouchDB accepts, or correct its configuration, then query again.',
  }),
  COUCHDB_BEHIND: (d: { address: string; ms: number }) => ({
    what: `CouchDB at ${d.address} doesn't have the newest blocks yet.`,
    why: `Slipway is still copying them after ${d.ms / 1000} s.`,
    do: 'Try again in a moment.',
  }),
  COUCHDB_OVERTAKEN: (d: { namespace: string }) => ({
    what: `The state of ${d.namespace} changed during this call.`,
    why: 'A block was committed in the meantime, and CouchDB has only the newest state. On a real peer the block waits for the call.',
    do: 'Call again.',
  }),
}
