import { fabricLines, type Capabilities, type FabricVersion } from './fabric-line.ts'
import type { RuntimeParams } from './runtime-params.ts'
import type { CouchDBConfig } from '../ledger/couchdb/couch-config.ts'
import { DEFAULT_BATCH, type BatchConfig } from '../orderer/block-cutter.ts'
import type { Mode } from '../contract/mode.ts'

/** How a peer is set up, in the terms of Fabric's core.yaml where it has them. Durations in milliseconds. */
export interface PeerConfig {
  /** Holds the ledger, the identities and the packages; usually `<folder>/.slipway`. */
  dataDir: string
  /** The line of Fabric whose peer this is. */
  version: FabricVersion
  /** What the channels' configuration requires; by default as the line's own sample configuration. */
  capabilities: Capabilities
  /** `peer.id` and `peer.networkId`: parts of container names. */
  peerId: string
  networkId: string
  /** `peer.localMspId`. */
  mspId: string
  /** MSP ids of the organisations that exist from the start, the peer's own among them. More may be added. */
  organisations: string[]
  /** `peer.chaincodeListenAddress`. If the port is in use, the next free one is taken; port 0: any free one. */
  chaincodeListenAddress: string
  /**
   * `peer.listenAddress`: where client applications reach the peer of its own organisation; those of other organisations
   * have the ports 2000, 4000… above. Undefined: nowhere.
   */
  listenAddress: string | undefined
  /** Where client applications reach the orderer (orderer.yaml, `General.ListenAddress`); only with a `listenAddress`. */
  ordererListenAddress: string
  /**
   * Where the Fabric CA of its own organisation is reached; those of other organisations have the ports 1000, 2000… above.
   * Undefined: nowhere.
   */
  caListenAddress: string | undefined
  /** Whether the channel's policies and Fabric's access lists decide what client applications may do. */
  acls: boolean
  /** Define chaincode whose slipway.yaml says `define: false` too: on this peer's ledger nobody does it by hand. */
  definesAll: boolean
  chaincode: {
    /** `chaincode.mode`, unless a chaincode specifies its own. */
    mode: Mode
    /** `chaincode.startuptimeout`: from the start of the process to READY. */
    startuptimeout: number
    /** `chaincode.executetimeout`: for one call, of a chaincode that Slipway started. */
    executetimeout: number
    /** The same for a chaincode that its author started, perhaps in a debugger. */
    attachedExecutetimeout: number
    /** For one build. */
    buildtimeout: number
    /** How long nothing must change before a build begins. */
    quietPeriod: number
    /** `chaincode.runtimeParams`: what READY offers shims from 3.1 on. */
    runtimeParams: RuntimeParams
    /** `chaincode.builder`: the image in which Go chaincode is built for net mode. */
    builder: string
    /** `chaincode.pull`: ask the registry for newer base images at every build. */
    pull: boolean
    golang: { runtime: string; dynamicLink: boolean }
    node: { runtime: string }
    java: { runtime: string }
    /** `chaincode.logging`: what containers get in their environment, for shims that still read it. */
    logging: ChaincodeLogging
  }
  orderer: BatchConfig
  ledger: {
    state: {
      stateDatabase: StateDatabase
      /** `ledger.state.totalQueryLimit`: a query ends after this many results, without an error. */
      totalQueryLimit: number
      couchDBConfig: Partial<CouchDBConfig>
    }
  }
  /**
   * `peer.tls.enabled`: client applications reach peers and orderer over TLS, and chaincode in containers its peer, with
   * a client certificate for each container.
   */
  tls: boolean
  /** `peer.tls.clientAuthRequired`, with `tls`: client applications need a certificate too. */
  clientAuthRequired: boolean
  vm: { docker: DockerConfig }
  /** Whether Node chaincode may be taken over by a pre-warmed process. */
  prewarm: boolean
  /**
   * Program and arguments that remove what is left on a Docker engine if this process is killed: they are run by another
   * one then, and only if an engine was used. All paths absolute. Without it that is removed at the next start.
   */
  afterCrash: readonly string[]
}

/** `chaincode.logging` of core.yaml. */
export interface ChaincodeLogging {
  level: string
  /** The level of the shim's own logger. */
  shim: string
  format: string
}

/**
 * `ledger.state.stateDatabase`. `embedded`: LevelDB with rich queries, answered as by CouchDB; `goleveldb`: without rich
 * queries, as on a peer with LevelDB; `CouchDB`: a real CouchDB holds a copy of the documents and answers the queries.
 */
export type StateDatabase = 'embedded' | 'goleveldb' | 'CouchDB'

/** `vm` of core.yaml. */
export interface DockerConfig {
  /** `vm.endpoint`, in the form of DOCKER_HOST; without it, Slipway looks for an engine. */
  endpoint?: string
  /**
   * `vm.docker.hostConfig`, with the names of the engine's API (HostConfig). Never Privileged, Binds, Links or
   * PortBindings: as in Fabric, a chaincode gets no access to the machine.
   */
  hostConfig: HostConfig
  /** The address by which a container reaches this machine; without it, Slipway finds out. */
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

/** The parts of a PeerConfig that differ from the defaults. */
export type PeerSettings = { dataDir: string } & Partial<
  Omit<PeerConfig, 'chaincode' | 'vm' | 'ledger' | 'orderer' | 'capabilities'>
> & {
    capabilities?: Partial<Capabilities>
    orderer?: Partial<BatchConfig>
    ledger?: { state?: Partial<PeerConfig['ledger']['state']> }
    chaincode?: Partial<Omit<PeerConfig['chaincode'], 'golang' | 'node' | 'java' | 'runtimeParams' | 'logging'>> & {
      [K in 'golang' | 'node' | 'java' | 'runtimeParams' | 'logging']?: Partial<PeerConfig['chaincode'][K]>
    }
    vm?: { docker?: Partial<DockerConfig> }
  }

/** sampleconfig/core.yaml, v2.5 and v3.1. */
const LOGGING: ChaincodeLogging = {
  level: 'info',
  shim: 'warning',
  format:
    '%{color}%{time:2006-01-02 15:04:05.000 MST} [%{module}] %{shortfunc} -> %{level:.4s} %{id:03x}%{color:reset} %{message}',
}

/** Fill in the defaults. Fabric's startuptimeout is 300 s; Slipway notices an exit at once, so 60 s is plenty. */
export function peerConfig(settings: PeerSettings): PeerConfig {
  const { golang, node, java, runtimeParams, logging, ...chaincode } = settings.chaincode ?? {}
  const { version = '3.1' } = settings
  const line = fabricLines[version]
  const { hostConfig, ...docker } = settings.vm?.docker ?? {}
  return {
    peerId: 'slipway',
    networkId: 'dev',
    mspId: 'Org1MSP',
    organisations: [settings.mspId ?? 'Org1MSP'],
    chaincodeListenAddress: '127.0.0.1:7052',
    listenAddress: undefined,
    ordererListenAddress: '127.0.0.1:7050',
    caListenAddress: undefined,
    acls: true,
    definesAll: false,
    prewarm: true,
    afterCrash: [],
    tls: false,
    clientAuthRequired: false,
    ...settings,
    version,
    capabilities: { ...line.capabilities, ...settings.capabilities },
    orderer: { ...DEFAULT_BATCH, ...settings.orderer },
    ledger: {
      state: { stateDatabase: 'embedded', totalQueryLimit: 100_000, couchDBConfig: {}, ...settings.ledger?.state },
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
        useWriteBatch: line.offersBatches,
        maxSizeWriteBatch: 1000,
        useGetMultipleKeys: line.offersBatches,
        maxSizeGetMultipleKeys: 1000,
        ...runtimeParams,
      },
      golang: { runtime: 'hyperledger/fabric-baseos:2.5', dynamicLink: false, ...golang },
      node: { runtime: 'hyperledger/fabric-nodeenv:2.5', ...node },
      java: { runtime: 'hyperledger/fabric-javaenv:2.5', ...java },
      logging: { ...LOGGING, ...logging },
    },
    vm: {
      docker: {
        ...docker,
        // The defaults of core.yaml. Slipway shows the output itself, so the engine's copy may be small.
        hostConfig: { LogConfig: { Type: 'json-file', Config: { 'max-size': '50m', 'max-file': '5' } }, ...hostConfig },
      },
    },
  }
}
