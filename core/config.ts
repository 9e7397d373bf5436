import type { Mode } from './contract/state.ts'

/** What a peer is started with, in the words of Fabric's core.yaml where it has them. Durations in milliseconds. */
export interface PeerConfig {
  /** Holds the ledger, the identities and the packages; usually `<folder>/.slipway`. */
  dataDir: string
  /** `peer.id` and `peer.networkId`: parts of container names. */
  peerId: string
  networkId: string
  /** `peer.localMspId`. */
  mspId: string
  /** `peer.chaincodeListenAddress`. The next free port is taken where this one is in use; port 0: any free one. */
  chaincodeListenAddress: string
  chaincode: {
    /** `chaincode.mode` of a chaincode that says nothing else. */
    mode: Mode
    /** `chaincode.startuptimeout`: from the start of the process to READY. */
    startuptimeout: number
    /** `chaincode.executetimeout`: of one call, for a chaincode that Slipway started. */
    executetimeout: number
    /** The same for one that the author started, perhaps in a debugger. */
    attachedExecutetimeout: number
    /** Of one build. */
    buildtimeout: number
    /** The quiet time after the last change before a build. */
    quietPeriod: number
  }
  /** Whether Node chaincode may be taken over by a pre-warmed process. */
  prewarm: boolean
}

/** What is given of a PeerConfig; the rest are defaults. */
export type PeerSettings = { dataDir: string } & Partial<Omit<PeerConfig, 'chaincode'>> & {
    chaincode?: Partial<PeerConfig['chaincode']>
  }

/** The defaults; `dataDir` has none. Fabric's own startuptimeout is 300 s: with exits noticed at once, 60 s is plenty. */
export function peerConfig(given: PeerSettings): PeerConfig {
  return {
    peerId: 'slipway',
    networkId: 'dev',
    mspId: 'Org1MSP',
    chaincodeListenAddress: '127.0.0.1:7052',
    prewarm: true,
    ...given,
    chaincode: {
      mode: 'dev',
      startuptimeout: 60_000,
      executetimeout: 30_000,
      attachedExecutetimeout: 3_600_000,
      buildtimeout: 300_000,
      quietPeriod: 40,
      ...given.chaincode,
    },
  }
}
