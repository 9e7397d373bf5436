import type { HostConfig, PeerSettings } from '../config/peer-config.ts'
import { withoutUndefined } from '../contract/without-undefined.ts'

/** `peer:` in slipway.yaml, with core.yaml's keys: durations like `30s`, sizes in bytes or like `512m`. */
export interface PeerYaml {
  version?: PeerSettings['version']
  capabilities?: PeerSettings['capabilities']
  chaincodeListenAddress?: string
  listenAddress?: string
  ordererListenAddress?: string
  fabricCA?: boolean | { listenAddress?: string }
  acls?: boolean
  executetimeout?: string
  startuptimeout?: string
  buildtimeout?: string
  tls?: boolean | { enabled?: boolean; clientAuthRequired?: boolean }
  organisations?: string[]
  chaincode?: Pick<
    NonNullable<PeerSettings['chaincode']>,
    'builder' | 'pull' | 'golang' | 'node' | 'java' | 'runtimeParams' | 'logging'
  >
  ledger?: { state?: StateYaml }
  orderer?: {
    batchTimeout?: string
    batchSize?: { maxMessageCount?: number; absoluteMaxBytes?: number | string; preferredMaxBytes?: number | string }
  }
  vm?: {
    endpoint?: string
    docker?: { hostConfig?: HostConfigYaml; peerHost?: string }
  }
}

type State = NonNullable<NonNullable<PeerSettings['ledger']>['state']>
type StateYaml = Pick<State, 'stateDatabase' | 'totalQueryLimit'> & {
  couchDBConfig?: Omit<NonNullable<State['couchDBConfig']>, 'requestTimeout'> & { requestTimeout?: string }
}

type HostConfigYaml = Omit<HostConfig, 'Memory' | 'MemorySwap' | 'LogConfig'> & {
  Memory?: number | string
  MemorySwap?: number | string
  LogConfig?: { Type: string; Config?: Record<string, string> }
}

/** The settings that a peer is started with. Those that slipway.yaml doesn't set are absent, so that defaults apply. */
export function peerSettings(peer: PeerYaml): Omit<PeerSettings, 'dataDir'> {
  const {
    version,
    capabilities,
    chaincodeListenAddress,
    listenAddress,
    ordererListenAddress,
    fabricCA,
    acls,
    tls,
    organisations,
    orderer,
    ledger,
    vm,
  } = peer
  return withoutUndefined({
    version,
    capabilities,
    chaincodeListenAddress,
    listenAddress,
    ordererListenAddress,
    caListenAddress: caAddress(fabricCA),
    acls,
    ...tlsOf(tls),
    organisations,
    mspId: organisations && (organisations[0] ?? 'Org1MSP'),
    orderer: orderer && batchOf(orderer),
    ledger: ledger?.state && { state: stateOf(ledger.state) },
    chaincode: chaincodeOf(peer),
    vm: vm && { docker: dockerOf(vm) },
  })
}

/** `true` for short. As in core.yaml, `clientAuthRequired` says nothing where TLS is off. */
function tlsOf(tls: PeerYaml['tls']): Pick<PeerSettings, 'tls' | 'clientAuthRequired'> {
  if (tls === undefined || typeof tls === 'boolean') return withoutUndefined({ tls })
  const { enabled, clientAuthRequired } = tls
  return withoutUndefined({ tls: enabled, clientAuthRequired })
}

/** Where the test network has it, unless it says where. */
function caAddress(ca: PeerYaml['fabricCA']): string | undefined {
  if (ca === undefined || ca === false) return undefined
  return (ca === true ? undefined : ca.listenAddress) ?? '127.0.0.1:7054'
}

function chaincodeOf({ chaincode, executetimeout, startuptimeout, buildtimeout }: PeerYaml) {
  return {
    ...chaincode,
    ...withoutUndefined({
      executetimeout: milliseconds(executetimeout),
      startuptimeout: milliseconds(startuptimeout),
      buildtimeout: milliseconds(buildtimeout),
    }),
  }
}

function stateOf({ couchDBConfig, ...state }: StateYaml): State {
  if (couchDBConfig === undefined) return state
  const { requestTimeout, ...rest } = couchDBConfig
  return { ...state, couchDBConfig: { ...rest, ...withoutUndefined({ requestTimeout: milliseconds(requestTimeout) }) } }
}

function batchOf(orderer: NonNullable<PeerYaml['orderer']>): NonNullable<PeerSettings['orderer']> {
  const { maxMessageCount, absoluteMaxBytes, preferredMaxBytes } = orderer.batchSize ?? {}
  return withoutUndefined({
    batchTimeout: milliseconds(orderer.batchTimeout),
    maxMessageCount,
    absoluteMaxBytes: bytes(absoluteMaxBytes),
    preferredMaxBytes: bytes(preferredMaxBytes),
  })
}

function dockerOf({ endpoint, docker }: NonNullable<PeerYaml['vm']>) {
  const { hostConfig, peerHost } = docker ?? {}
  return withoutUndefined({ endpoint, peerHost, hostConfig: hostConfig && hostConfigOf(hostConfig) })
}

function hostConfigOf({ Memory, MemorySwap, LogConfig, ...rest }: HostConfigYaml): HostConfig {
  return {
    ...rest,
    ...withoutUndefined({
      Memory: bytes(Memory),
      MemorySwap: bytes(MemorySwap),
      LogConfig: LogConfig && { Type: LogConfig.Type, Config: LogConfig.Config ?? {} },
    }),
  }
}

/** As docker's own --memory takes it: `512m`, `2g`, `1073741824`. */
function bytes(size: number | string | undefined): number | undefined {
  if (typeof size !== 'string') return size
  const [, number, unit] = /^(-?\d+)([bkmg]?)$/i.exec(size) ?? []
  return Number(number) * 1024 ** ['b', 'k', 'm', 'g'].indexOf((unit ?? '').toLowerCase() || 'b')
}

/** A duration as Go and core.yaml write it: `30s`, `1m30s`, `500ms`. */
export function milliseconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
  let sum = 0
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    sum += Number(number) * (units[unit ?? ''] ?? 0)
  }
  return sum
}
