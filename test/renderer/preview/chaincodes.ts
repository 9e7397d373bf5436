import { PeerError } from '../../../core/contract/error.ts'
import type { ReplayRow } from '../../../core/contract/replay.ts'
import type { PeerState } from '../../../core/contract/state.ts'
import type { ChaincodeState } from '../../../core/contract/chaincode-state.ts'
import type { BuildState } from '../../../core/contract/launch-state.ts'

export const now = Date.now()
const readyAt = now - 252_000
export const begin = readyAt - 184

export const folder = '/home/ada/work/asset-transfer'
const command = {
  folder,
  env: { CORE_CHAINCODE_ID_NAME: 'asset-transfer:1.0' },
  argv: ['npm', 'start', '--', '--peer.address', '127.0.0.1:7052'],
  text: 'CORE_CHAINCODE_ID_NAME=asset-transfer:1.0 \\\nnpm start -- --peer.address 127.0.0.1:7052',
}

export function build(number: number, state: BuildState['state'], file: string, durationMs: number): BuildState {
  return {
    number,
    state,
    reason: 'saved',
    startedAt: begin - (12 - number) * 90_000,
    durationMs,
    files: [file],
    hash: 'c0ffee',
    diagnostics: [],
  }
}

export const failedBuild: BuildState = {
  ...build(11, 'failed', 'src/assetTransfer.ts', 812),
  diagnostics: [
    {
      file: 'src/assetTransfer.ts',
      line: 42,
      column: 9,
      severity: 'error',
      code: 'TS2345',
      message: "Argument of type 'number' is not assignable to parameter of type 'string'.",
    },
    {
      file: 'src/assetTransfer.ts',
      line: 57,
      column: 3,
      severity: 'error',
      code: 'TS2304',
      message: "Cannot find name 'asst'.",
    },
  ],
}

export const ready: ChaincodeState = {
  name: 'asset-transfer',
  version: '1.0',
  canonicalName: 'asset-transfer:1.0',
  channel: 'mychannel',
  channels: ['mychannel'],
  folder,
  instances: {},
  commands: {},
  language: 'node',
  dialect: 'TypeScript',
  buildTool: 'npm',
  mode: 'dev',
  differences: [],
  definedByHand: [],
  startedBy: 'slipway',
  underDebugger: false,
  initRequired: false,
  command,
  registration: {
    state: 'ready',
    since: readyAt,
    createdAt: readyAt - 78,
    establishedAt: readyAt - 2,
    readyAt,
  },
  process: { pid: 41822, startedAt: begin + 100, build: 12, start: 'warm', memory: 78_000_000 },
  launch: {
    id: 12,
    build: 12,
    mode: 'dev',
    reason: 'saved',
    files: ['src/assetTransfer.ts'],
    startedAt: begin,
    endedAt: readyAt,
    outcome: 'ready',
    steps: [
      { name: 'source-changed', state: 'done', startedAt: begin, endedAt: begin + 31 },
      { name: 'build', state: 'done', startedAt: begin + 31, endedAt: begin + 94, note: 'tsc' },
      { name: 'already-running', state: 'done', startedAt: begin + 94, endedAt: begin + 94, note: 'no' },
      { name: 'deployment-spec', state: 'done', startedAt: begin + 94, endedAt: begin + 95, note: 'from _lifecycle' },
      { name: 'image', state: 'skipped', startedAt: begin + 95, endedAt: begin + 95, note: 'only in net mode' },
      { name: 'start', state: 'done', startedAt: begin + 95, endedAt: begin + 106, note: 'warm' },
      { name: 'registered', state: 'done', startedAt: begin + 106, endedAt: begin + 182, note: 'asset-transfer:1.0' },
      { name: 'ready', state: 'done', startedAt: begin + 182, endedAt: begin + 184 },
    ],
  },
  builds: [
    build(12, 'serving', 'src/assetTransfer.ts', 184),
    failedBuild,
    build(10, 'was-ready', 'src/asset.ts', 201),
    build(9, 'was-ready', 'package.json', 1_900),
    ...[8, 7, 6, 5, 4].map((number) => build(number, 'was-ready', 'src/assetTransfer.ts', 180 + number)),
  ],
  watch: { state: 'watching', files: 24 },
  replay: {
    id: 3,
    source: { kind: 'pins' },
    state: 'done',
    build: 12,
    comparedWith: 10,
    height: 41,
    total: 4,
    at: readyAt,
    durationMs: 63,
    rows: [
      replayed('CreateAsset', { changes: [{ at: 'writes.asset7.Color', expected: '"blue"', got: '"teal"' }] }),
      replayed('ReadAsset', { kind: 'evaluate', changes: [] }),
      replayed('TransferAsset', {
        state: 'failed',
        answer: 'the asset asset7 is locked',
        differences: [{ at: 'outcome', expected: '200 Tomoko', got: '500 the asset asset7 is locked' }],
        changes: [{ at: 'status', expected: '200', got: '500' }],
        printed: ['locking asset7'],
      }),
      replayed('DeleteAsset', { state: 'skipped', answer: '' }),
    ],
  },
}

function replayed(name: string, more: Partial<ReplayRow>): ReplayRow {
  const row = { kind: 'submit' as const, function: name, args: ['asset7'], call: 1, state: 'passed' as const }
  return { ...row, differences: [], answer: '{"ID":"asset7"}', durationMs: 4, ...more }
}

export function peerState(chaincodes: ChaincodeState[], more: Partial<PeerState> = {}): PeerState {
  return {
    seq: 100,
    peer: { version: '0.1.0', pid: 4711, startedAt: now - 900_000, dataDir: `${folder}/.slipway`, mspId: 'Org1MSP' },
    listener: { state: 'listening', address: '127.0.0.1:7052', wanted: '127.0.0.1:7052' },
    services: {
      ...{ peers: { Org1MSP: '127.0.0.1:7051' }, orderer: '127.0.0.1:7050' },
      ...{ wanted: { peers: { Org1MSP: '127.0.0.1:7051' }, orderer: '127.0.0.1:7050' }, tls: 'none' },
    },
    authorities: {},
    outdatedExports: [],
    channels: { mychannel: { name: 'mychannel', height: 48, lastCommitAt: now - 20_000 } },
    chaincodes: Object.fromEntries(chaincodes.map((cc) => [cc.name, cc])),
    tools: {
      node: { state: 'found', version: '20.20.1', path: '/usr/bin/node' },
      go: { state: 'found', version: '1.24.4', path: '/usr/local/go/bin/go' },
      java: {
        state: 'missing',
        error: new PeerError('TOOL_MISSING', {
          tool: 'Java',
          needed: 'Java chaincode is built with a JDK 11 or newer.',
          hint: 'Install a JDK, e.g. from adoptium.net, then check again.',
        }).toJSON(),
      },
      docker: { state: 'checking' },
    },
    fabric: { version: '3.1', capabilities: { channel: 'V3_0', application: 'V2_5' } },
    orderer: { batchTimeout: 0, maxMessageCount: 500 },
    logs: { count: 240, first: 1 },
    calls: { count: 4 },
    identities: { organisations: ['Org1MSP'], default: 'User1@Org1MSP', changes: 0 },
    notices: [],
    ...more,
  }
}

export const marbles: ChaincodeState = {
  ...ready,
  name: 'marbles',
  canonicalName: 'marbles:1.0',
  folder: '/home/ada/work/marbles',
  language: 'golang',
  dialect: 'Go',
  buildTool: 'go',
  startedBy: 'you',
  command: {
    folder: '/home/ada/work/marbles',
    build: 'go build -o marbles .',
    env: {},
    argv: [],
    text: 'go build -o marbles . && \\\nCORE_CHAINCODE_ID_NAME=marbles:1.0 CORE_PEER_TLS_ENABLED=false \\\n./marbles -peer.address 127.0.0.1:7052',
  },
  registration: { state: 'none', since: now - 12_000 },
  builds: [],
}
delete marbles.launch
delete marbles.process
