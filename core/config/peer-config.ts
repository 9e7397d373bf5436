import type { RuntimeParams } from './runtime-params.ts'
import type { CouchDBConfig } from '../ledger/couchdb/couch-config.ts'
import { DEFAULT_BATCH, type BatchConfig } from '../orderer/block-cutter.ts'
import type { Mode } from '../contract/state.ts'

/** What a peer is started with, in the words of Fabric's core.yaml where it has them. Durations in milliseconds. */
export interface PeerConfig {
  /** Holds the ledger, the identities and the packages; usually `<folder>/.slipway`. */
  dataDir: string
  /** `peer.id` and `peer.networkId`: parts of container names. */
  peerId: string
  networkId: string
  /** `peer.localMspId`. */
  mspId: string
  /** MSP ids of the organisations there are from the beginning, the peer's own among them. More may be added. */
  organisations: string[]
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
    /** `chaincode.runtimeParams`: what READY offers to shims of 3.1 and later. */
    runtimeParams: RuntimeParams
    /** `chaincode.builder`: image that Go chaincode is built in for net mode. */
    builder: string
    /** `chaincode.pull`: ask the registry for newer base images at every build. */
    pull: boolean
    golang: { runtime: string; dynamicLink: boolean }
    node: { runtime: string }
    java: { runtime: string }
  }
  orderer: BatchConfig
  ledger: {
    state: {
      stateDatabase: StateDatabase
      /** `ledger.state.totalQueryLimit`: results of one query at the most; then it ends without an error. */
      totalQueryLimit: number
      couchDBConfig: Partial<CouchDBConfig>
    }
  }
  /** `peer.tls.enabled`, for chaincode in containers: TLS with a client certificate for each container. */
  tls: boolean
  vm: { docker: DockerConfig }
  /** Whether Node chaincode may be taken over by a pre-warmed process. */
  prewarm: boolean
}

/**
 * `ledger.state.stateDatabase`. `embedded`: LevelDB with rich queries as CouchDB answers them; `goleveldb`: as on a
 * peer with that one, which has none; `CouchDB`: a real one holds a copy of the documents and answers the queries.
 */
export type StateDatabase = 'embedded' | 'goleveldb' | 'CouchDB'

/** `vm` of core.yaml. */
export interface DockerConfig {
  /** `vm.endpoint`, in DOCKER_HOST's form; in place of the engine that is found. */
  endpoint?: string
  /**
   * `vm.docker.hostConfig`, in the engine's own words (HostConfig of its API). Never Privileged, Binds, Links or
   * PortBindings: as in Fabric, a chaincode gets none of the machine.
   */
  hostConfig: HostConfig
  /** The address by which a container reaches this machine, in place of the one that is found. */
  peerHost?: string
}

/** The part of the engine's HostConfig that Fabric's core.yaml may set. Memory in bytes. */
export interface HostConfig {
  NetworkMode?: string
  Memory?: number
  MemorySwap?: number
  CpuShares?: number
  CpuQuota?: number
  CpuPeriod?: number
  CpusetCpus?: string
  LogConfig?: { Type: string; Config: Record<string, string> }
  Dns?: string[]
  DnsSearch?: string[]
  ExtraHosts?: string[]
  CapAdd?: string[]
  CapDrop?: string[]
  SecurityOpt?: string[]
  ReadonlyRootfs?: boolean
  PidsLimit?: number
}

/** What is given of a PeerConfig; the rest are defaults. */
export type PeerSettings = { dataDir: string } & Partial<
  Omit<PeerConfig, 'chaincode' | 'vm' | 'ledger' | 'orderer'>
> & {
    orderer?: Partial<BatchConfig>
    ledger?: { state?: Partial<PeerConfig['ledger']['state']> }
    chaincode?: Partial<Omit<PeerConfig['chaincode'], 'golang' | 'node' | 'java' | 'runtimeParams'>> & {
      [K in 'golang' | 'node' | 'java' | 'runtimeParams']?: Partial<PeerConfig['chaincode'][K]>
    }
    vm?: { docker?: Partial<DockerConfig> }
  }

/** The defaults; `dataDir` has none. Fabric's own startuptimeout is 300 s: with exits noticed at once, 60 s is plenty. */
export function peerConfig(given: PeerSettings): PeerConfig {
  const { golang, node, java, runtimeParams, ...chaincode } = given.chaincode ?? {}
  const { hostConfig, ...docker } = given.vm?.docker ?? {}
  return {
    peerId: 'slipway',
    networkId: 'dev',
    mspId: 'Org1MSP',
    organisations: [given.mspId ?? 'Org1MSP'],
    chaincodeListenAddress: '127.0.0.1:7052',
    prewarm: true,
    tls: false,
    ...given,
    orderer: { ...DEFAULT_BATCH, ...given.orderer },
    ledger: {
      state: { stateDatabase: 'embedded', totalQueryLimit: 100_000, couchDBConfig: {}, ...given.ledger?.state },
    },
    chaincode: {
      mode: 'dev',
      startuptimeout: 60_000,
      executetimeout: 30_000,
      attachedExecutetimeout: 3_600_000,
      buildtimeout: 300_000,
      quietPeriod: 40,
      builder: 'hyperledger/fabric-ccenv:2.5',
      pull: false,
      ...chaincode,
      runtimeParams: {
        useWriteBatch: true,
        maxSizeWriteBatch: 1000,
        useGetMultipleKeys: true,
        maxSizeGetMultipleKeys: 1000,
        ...runtimeParams,
      },
      golang: { runtime: 'hyperledger/fabric-baseos:2.5', dynamicLink: false, ...golang },
      node: { runtime: 'hyperledger/fabric-nodeenv:2.5', ...node },
      java: { runtime: 'hyperledger/fabric-javaenv:2.5', ...java },
    },
    vm: {
      docker: {
        ...docker,
        // core.yaml's own: the output is shown here, so the engine's copy of it may be small.
        hostConfig: { LogConfig: { Type: 'json-file', Config: { 'max-size': '50m', 'max-file': '5' } }, ...hostConfig },
      },
    },
  }
}
