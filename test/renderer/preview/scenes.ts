import { PeerError } from '../../../core/contract/error.ts'
import type { CallRecord, CallResult, LogLine, StateEntry } from '../../../core/contract/api.ts'
import type { BuildState, ChaincodeState, PeerState } from '../../../core/contract/state.ts'
import type { Scene } from './fake-host.ts'
import { contract } from './contract.ts'

const now = Date.now()
const readyAt = now - 252_000
const begin = readyAt - 184

const folder = '/home/ada/work/asset-transfer'
const command = {
  folder,
  env: { CORE_CHAINCODE_ID_NAME: 'asset-transfer:1.0' },
  argv: ['npm', 'start', '--', '--peer.address', '127.0.0.1:7052'],
  text: 'CORE_CHAINCODE_ID_NAME=asset-transfer:1.0 \\\nnpm start -- --peer.address 127.0.0.1:7052',
}

function build(number: number, state: BuildState['state'], file: string, durationMs: number): BuildState {
  return { number, state, startedAt: begin - (12 - number) * 90_000, durationMs, files: [file], hash: 'c0ffee', diagnostics: [] }
}

const failedBuild: BuildState = {
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
    { file: 'src/assetTransfer.ts', line: 57, column: 3, severity: 'error', code: 'TS2304', message: "Cannot find name 'asst'." },
  ],
}

const ready: ChaincodeState = {
  name: 'asset-transfer',
  version: '1.0',
  canonicalName: 'asset-transfer:1.0',
  channel: 'mychannel',
  folder,
  language: 'node',
  dialect: 'TypeScript',
  buildTool: 'npm',
  mode: 'dev',
  startedBy: 'slipway',
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
    reason: 'saved',
    files: ['src/assetTransfer.ts'],
    startedAt: begin,
    endedAt: readyAt,
    outcome: 'ready',
    steps: [
      { name: 'source-changed', state: 'done', startedAt: begin, endedAt: begin + 31 },
      { name: 'build', state: 'done', startedAt: begin + 31, endedAt: begin + 94, note: 'tsc' },
      { name: 'already-running', state: 'done', startedAt: begin + 94, endedAt: begin + 94, note: 'no' },
      { name: 'deployment-spec', state: 'done', startedAt: begin + 94, endedAt: begin + 95, note: 'from LSCC' },
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
}

function peerState(chaincodes: ChaincodeState[], more: Partial<PeerState> = {}): PeerState {
  return {
    seq: 100,
    peer: { version: '0.1.0', pid: 4711, startedAt: now - 900_000, dataDir: `${folder}/.slipway`, mspId: 'Org1MSP' },
    listener: { state: 'listening', address: '127.0.0.1:7052', wanted: '127.0.0.1:7052' },
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
    logs: { count: 240, first: 1 },
    calls: { count: 4 },
    notices: [],
    ...more,
  }
}

const ESC = '\u001b'
function logLine(seq: number): LogLine {
  const at = now - (300 - seq) * 820
  const turn = seq % 8
  if (turn === 0) return { seq, at, source: 'peer', text: `block ${seq} committed, 1 transaction valid` }
  if (turn === 1) return { seq, at, source: 'build', text: `${ESC}[32mFound 0 errors.${ESC}[0m Watching for file changes.` }
  if (turn === 5) {
    return {
      seq,
      at,
      source: 'build',
      text: `src/assetTransfer.ts(42,9): ${ESC}[31merror${ESC}[0m ${ESC}[90mTS2345${ESC}[0m: Argument of type 'number' is not assignable`,
      places: [{ file: 'src/assetTransfer.ts', line: 42, column: 9 }],
    }
  }
  const base = { seq, at, source: 'chaincode', chaincode: 'asset-transfer', stream: turn === 6 ? 'stderr' : 'stdout' } as const
  return { ...base, text: `transferring asset${seq} from Michel to Ada at src/assetTransfer.ts:118`, places: [{ file: 'src/assetTransfer.ts', line: 118 }] }
}

function logHandlers(total: () => number): Scene['handlers'] {
  return {
    readLogs: ({ filter, from, limit }) => {
      const plain = filter.sources === undefined && filter.search === undefined
      const count = total()
      const indexes = plain ? undefined : [...Array(Math.min(count, 5_000)).keys()].filter((index) => passes(logLine(index + 1), filter))
      const length = indexes?.length ?? count
      const begin = from < 0 ? Math.max(0, length + from) : from
      const lines = []
      for (let at = begin; at < Math.min(length, begin + limit); at += 1) lines.push(logLine((indexes?.[at] ?? at) + 1))
      return { total: length, from: begin, lines }
    },
    readCallLogs: () => [logLine(10), logLine(11)],
  }
}

function passes(line: LogLine, filter: { sources?: string[]; search?: string }): boolean {
  return (
    (filter.sources === undefined || filter.sources.includes(line.source)) &&
    (filter.search === undefined || line.text.toLowerCase().includes(filter.search.toLowerCase()))
  )
}

const asset = (id: number, owner: string): string =>
  JSON.stringify({ ID: `asset${id}`, Color: 'white', Size: 15, Owner: owner, AppraisedValue: 800 })

function entry(index: number): StateEntry {
  if (index < 12) {
    return {
      key: `\u0000owner~id\u0000Ada\u0000asset${index}\u0000`,
      composite: { objectType: 'owner~id', attributes: ['Ada', `asset${index}`] },
      text: '\u0000',
      encoding: 'utf8',
      version: { block: 40 + (index % 8), tx: 0 },
      size: 1,
    }
  }
  const text = asset(index, index % 2 === 0 ? 'Ada' : 'Michel')
  return { key: `asset${String(index).padStart(4, '0')}`, text, encoding: 'utf8', version: { block: 3 + (index % 45), tx: index % 3 }, size: text.length }
}

function stateHandlers(count: number): Scene['handlers'] {
  return {
    readNamespaces: () => ['asset-transfer', '_lifecycle', 'lscc'],
    readState: ({ namespace, from, prefix, limit }) => {
      if (namespace !== 'asset-transfer') return { entries: [] }
      const all = Array.from({ length: count }, (_, index) => entry(index)).filter((one) => one.key.startsWith(prefix ?? ''))
      const begin = from === undefined ? 0 : all.findIndex((one) => one.key === from)
      const next = all[begin + limit]
      return { entries: all.slice(begin, begin + limit), ...(next === undefined ? {} : { next: next.key }) }
    },
    readHistory: ({ key }) =>
      ['Ada', 'Michel', undefined, 'Tomoko'].map((owner, index) => ({
        txId: `7b105d33${index}f00dcafe${index}b5e2acd`,
        at: now - index * 3_600_000,
        isDelete: owner === undefined,
        version: { block: 48 - index * 3, tx: 0 },
        text: owner === undefined ? '' : asset(Number(key.replace(/\D/g, '')), owner),
        encoding: 'utf8' as const,
      })),
  }
}

const result: CallResult = {
  callId: 4,
  txId: '7b105d3349c2f6c1a8acd0d2e7bb0f4c58d2a1e9e0a0be9d8c7f6a5b4c3d2acd',
  kind: 'submit',
  status: 200,
  message: '',
  payload: asset(6, 'Michel'),
  payloadEncoding: 'utf8',
  validationCode: 'VALID',
  blockNumber: 48,
  readWriteSet: {
    namespaces: [
      {
        namespace: 'asset-transfer',
        reads: [
          { key: 'asset6', version: { block: 41, tx: 0 } },
          { key: 'asset9', version: null },
        ],
        rangeQueries: [{ start: 'asset1', end: 'asset5', exhausted: true, keys: ['asset1', 'asset2', 'asset3'] }],
        writes: [
          { key: 'asset6', isDelete: false, value: asset(6, 'Ada'), valueEncoding: 'utf8', before: { text: asset(6, 'Michel'), encoding: 'utf8' } },
          { key: '\u0000owner~id\u0000Ada\u0000asset6\u0000', isDelete: false, value: '\u0000', valueEncoding: 'utf8' },
          { key: '\u0000owner~id\u0000Michel\u0000asset6\u0000', isDelete: true, value: '', valueEncoding: 'utf8', before: { text: 'AA==', encoding: 'base64' } },
        ],
        metadataWrites: [],
      },
    ],
  },
  events: [{ name: 'TransferAsset', payload: asset(6, 'Ada'), payloadEncoding: 'utf8' }],
  hints: [
    {
      name: 'reads-own-write',
      words: 'ReadAsset("asset6") after the write returned the old value. Fabric shows a transaction’s writes only after it commits.',
      key: 'asset6',
    },
  ],
  times: { startedAt: now - 20_000, durationMs: 6.4, chaincodeMs: 3, commitMs: 1.2 },
  build: 12,
}

const base = { chaincode: 'asset-transfer' }
const calls: CallRecord[] = [
  { id: 4, request: { ...base, function: 'TransferAsset', args: ['asset6', 'Ada'] }, kind: 'submit', channel: 'mychannel', at: now - 20_000, pinned: true, outcome: { state: 'done', result } },
  { id: 3, request: { ...base, function: 'ReadAsset', args: ['asset99'] }, kind: 'evaluate', channel: 'mychannel', at: now - 60_000, pinned: false, outcome: { state: 'done', result: { ...result, callId: 3, kind: 'evaluate', status: 500, message: 'The asset asset99 does not exist', payload: '', readWriteSet: { namespaces: [] }, events: [], hints: [] } } },
  { id: 2, request: { ...base, function: 'UpdateAsset', args: ['asset1', 'red'] }, kind: 'submit', channel: 'mychannel', at: now - 90_000, pinned: false, outcome: { state: 'done', result: { ...result, callId: 2, validationCode: 'MVCC_READ_CONFLICT', conflict: { namespace: 'asset-transfer', key: 'asset1', words: 'The key was read at version 41:0 and block 47 changed it before this one committed.', byTxId: result.txId } } } },
  { id: 1, request: { ...base, function: 'Legacy', args: ['one', 'two'] }, kind: 'submit', channel: 'mychannel', at: now - 120_000, pinned: false, outcome: { state: 'done', result: { ...result, callId: 1 } } },
]

const everything: Scene['handlers'] = {
  ...logHandlers(() => 240),
  ...stateHandlers(2_400),
  readContract: () => contract,
  readCalls: () => calls,
  submit: async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 120))
    if (request.function === 'SlowAsset') await new Promise(() => undefined)
    if (request.function === 'DeleteAsset') throw new PeerError('EXECUTE_TIMEOUT', { canonicalName: 'asset-transfer:1.0', seconds: 30 })
    return result
  },
  evaluate: () => ({ ...result, kind: 'evaluate', validationCode: undefined, blockNumber: undefined }),
  setMode: ({ mode }) => {
    throw new PeerError('MODE_UNAVAILABLE', { mode })
  },
  setStartedBy: ({ name, startedBy }, emit) => {
    emit({ type: 'chaincode.changed', name, changes: { startedBy } })
  },
  recentFolders: () => [folder, '/home/ada/work/marbles', '/home/ada/src/fabric-samples/token-erc-20/chaincode-go'],
  listFolders: ({ folder: wanted }) => ({
    folder: wanted ?? '/home/ada',
    parent: '/home',
    folders: ['asset-transfer', 'documents', 'marbles', 'src'].map((name) => ({ name, path: `/home/ada/${name}`, chaincode: name === 'marbles' || name === 'asset-transfer' })),
  }),
}

const marbles: ChaincodeState = {
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

const exitLines = ['panic: runtime error: invalid memory address or nil pointer dereference', 'goroutine 1 [running]:', 'main.main()', '\t/home/ada/work/asset-transfer/main.go:31 +0x1d']

export const scenes: Record<string, () => Scene> = {
  ready: () => ({ state: peerState([ready]), handlers: everything }),
  welcome: () => ({ state: peerState([]), handlers: everything }),
  building: () => ({
    state: peerState([
      {
        ...ready,
        builds: [{ ...build(13, 'building', 'src/assetTransfer.ts', 0), startedAt: now - 800 }, ...ready.builds],
        launch: {
          id: 13,
          build: 13,
          reason: 'saved',
          files: ['src/assetTransfer.ts', 'src/asset.ts'],
          startedAt: now - 800,
          outcome: 'running',
          steps: [
            { name: 'source-changed', state: 'done', startedAt: now - 800, endedAt: now - 760 },
            { name: 'build', state: 'running', startedAt: now - 760, note: 'tsc' },
          ],
        },
      },
    ]),
    handlers: everything,
  }),
  failed: () => ({
    state: peerState([
      {
        ...ready,
        builds: [{ ...failedBuild, number: 13 }, ...ready.builds],
        launch: {
          ...ready.launch,
          id: 13,
          build: 13,
          reason: 'saved',
          files: ['src/assetTransfer.ts'],
          startedAt: begin,
          endedAt: begin + 843,
          outcome: 'failed',
          steps: [
            { name: 'source-changed', state: 'done', startedAt: begin, endedAt: begin + 31 },
            { name: 'build', state: 'failed', startedAt: begin + 31, endedAt: begin + 843, note: 'tsc' },
          ],
        },
        error: new PeerError('BUILD_FAILED', {
          command: 'npm run build',
          words: 'exited with code 2',
          first: "src/assetTransfer.ts:42:9 TS2345: Argument of type 'number' is not assignable to parameter of type 'string'.",
          lastLines: ['> tsc', "src/assetTransfer.ts(42,9): error TS2345: Argument of type 'number' is not assignable to parameter of type 'string'."],
        }).toJSON(),
      },
    ]),
    handlers: everything,
  }),
  waiting: () => ({
    state: peerState([marbles], {
      listener: { state: 'listening', address: '127.0.0.1:7053', wanted: '127.0.0.1:7052' },
      notices: [
        { at: now - 30_000, error: new PeerError('REGISTER_UNKNOWN_NAME', { name: 'marbles:0.9', expected: ['marbles:1.0'], address: '127.0.0.1:7053' }).toJSON() },
      ],
    }),
    handlers: { ...everything, readContract: () => undefined, readCalls: () => [], ...logHandlers(() => 0), ...stateHandlers(0) },
  }),
  crashed: () => {
    const crashed: ChaincodeState = {
      ...ready,
      registration: { state: 'none', since: now - 9_000, ended: { at: now - 9_000, error: new PeerError('STREAM_TERMINATED', { canonicalName: 'asset-transfer:1.0', reason: 'Its process exited.' }).toJSON() } },
      exit: { at: now - 9_000, code: 2, signal: null, lastLines: exitLines, words: 'exited with code 2 after 4 min 12 s' },
      error: new PeerError('CHAINCODE_STOPPED', { canonicalName: 'asset-transfer:1.0', words: 'exited with code 2 after 4 min 12 s', lastLines: exitLines }).toJSON(),
    }
    delete crashed.process
    return { state: peerState([crashed]), handlers: everything }
  },
  many: () => ({
    state: peerState([ready, marbles, { ...ready, name: 'token-erc-20-with-a-long-name', canonicalName: 'token:2', dialect: 'Java' }]),
    handlers: everything,
  }),
  stream: () => {
    let total = 1_000_000
    return {
      state: peerState([ready], { logs: { count: total, first: 1 } }),
      handlers: { ...everything, ...logHandlers(() => total) },
      play: (emit) => {
        setInterval(() => {
          total += 40
          emit({ type: 'logs', logs: { count: total, first: 1 } })
        }, 50)
      },
    }
  },
}
