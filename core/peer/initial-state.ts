import type { PeerConfig } from '../config/peer-config.ts'
import type { PeerState } from '../contract/state.ts'
import type { Identities } from '../msp/dev-ca.ts'
import { UNCHECKED_TOOLS } from '../tools/check-tools.ts'

/** The state of a peer before anything has happened. */
export function initialState(
  config: PeerConfig,
  identities: Pick<Identities, 'organisations' | 'clientId'>,
  version: string,
  startedAt: number,
): PeerState {
  return {
    seq: 0,
    peer: { version, pid: process.pid, startedAt, dataDir: config.dataDir, mspId: config.mspId },
    fabric: { version: config.version, capabilities: config.capabilities },
    listener: { state: 'starting', wanted: config.chaincodeListenAddress },
    services: { peers: {}, wanted: { peers: {} }, tls: 'none' },
    authorities: {},
    outdatedExports: [],
    orderer: { batchTimeout: config.orderer.batchTimeout, maxMessageCount: config.orderer.maxMessageCount },
    channels: {},
    chaincodes: {},
    tools: UNCHECKED_TOOLS,
    logs: { count: 0, first: 1 },
    calls: { count: 0 },
    identities: { organisations: identities.organisations(), default: identities.clientId, changes: 0 },
    notices: [],
  }
}
