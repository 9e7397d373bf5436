import type { HostConfig, PeerSettings } from '../config/peer-config.ts'

/** `peer:` as slipway.yaml has it, in core.yaml's words: durations like `30s`, sizes as bytes or like `512m`. */
export interface PeerYaml {
  chaincodeListenAddress?: string
  executetimeout?: string
  startuptimeout?: string
  buildtimeout?: string
  tls?: boolean
  organisations?: string[]
  chaincode?: Pick<
    NonNullable<PeerSettings['chaincode']>,
    'builder' | 'pull' | 'golang' | 'node' | 'java' | 'runtimeParams'
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

/** What a peer is started with because of it. Pure. */
export function peerSettings(peer: PeerYaml): Omit<PeerSettings, 'dataDir'> {
  const {
    chaincodeListenAddress,
    executetimeout,
    startuptimeout,
    buildtimeout,
    tls,
    organisations,
    chaincode,
    ledger,
    orderer,
    vm,
  } = peer
  const durations = Object.entries({ executetimeout, startuptimeout, buildtimeout })
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, text]) => [name, milliseconds(text)] as const)
  const { endpoint, docker = {} } = vm ?? {}
  const { hostConfig, peerHost } = docker
  return {
    ...(chaincodeListenAddress === undefined ? {} : { chaincodeListenAddress }),
    ...(tls === undefined ? {} : { tls }),
    ...(organisations === undefined ? {} : { organisations, mspId: organisations[0] ?? 'Org1MSP' }),
    ...(orderer === undefined ? {} : { orderer: batchOf(orderer) }),
    ...(ledger?.state === undefined ? {} : { ledger: { state: stateSettings(ledger.state) } }),
    ...(durations.length === 0 && chaincode === undefined
      ? {}
      : { chaincode: { ...chaincode, ...Object.fromEntries(durations) } }),
    ...(vm === undefined
      ? {}
      : {
          vm: {
            docker: {
              ...(endpoint === undefined ? {} : { endpoint }),
              ...(hostConfig === undefined ? {} : { hostConfig: engineWords(hostConfig) }),
              ...(peerHost === undefined ? {} : { peerHost }),
            },
          },
        }),
  }
}

function stateSettings({ couchDBConfig, ...state }: StateYaml): State {
  if (couchDBConfig === undefined) return state
  const { requestTimeout, ...rest } = couchDBConfig
  const timeout = requestTimeout === undefined ? {} : { requestTimeout: milliseconds(requestTimeout) }
  return { ...state, couchDBConfig: { ...rest, ...timeout } }
}

function batchOf({
  batchTimeout,
  batchSize = {},
}: NonNullable<PeerYaml['orderer']>): NonNullable<PeerSettings['orderer']> {
  const { maxMessageCount, absoluteMaxBytes, preferredMaxBytes } = batchSize
  return {
    ...(batchTimeout === undefined ? {} : { batchTimeout: milliseconds(batchTimeout) }),
    ...(maxMessageCount === undefined ? {} : { maxMessageCount }),
    ...(absoluteMaxBytes === undefined ? {} : { absoluteMaxBytes: bytes(absoluteMaxBytes) }),
    ...(preferredMaxBytes === undefined ? {} : { preferredMaxBytes: bytes(preferredMaxBytes) }),
  }
}

function engineWords({ Memory, MemorySwap, LogConfig, ...rest }: HostConfigYaml): HostConfig {
  return {
    ...rest,
    ...(LogConfig === undefined ? {} : { LogConfig: { Type: LogConfig.Type, Config: LogConfig.Config ?? {} } }),
    ...(Memory === undefined ? {} : { Memory: bytes(Memory) }),
    ...(MemorySwap === undefined ? {} : { MemorySwap: bytes(MemorySwap) }),
  }
}

/** As docker's own --memory takes it: `512m`, `2g`, `1073741824`. */
function bytes(size: number | string): number {
  if (typeof size === 'number') return size
  const [, number, unit] = /^(-?\d+)([bkmg]?)$/i.exec(size) ?? []
  return Number(number) * 1024 ** ['b', 'k', 'm', 'g'].indexOf((unit ?? '').toLowerCase() || 'b')
}

/** A duration as Go and core.yaml write it: `30s`, `1m30s`, `500ms`. */
function milliseconds(text: string): number {
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
  let sum = 0
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    sum += Number(number) * (units[unit ?? ''] ?? 0)
  }
  return sum
}
