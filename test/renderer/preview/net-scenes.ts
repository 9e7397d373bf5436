import { PeerError } from '../../../core/contract/error.ts'
import type { PeerState } from '../../../core/contract/state.ts'
import type { ChaincodeState } from '../../../core/contract/chaincode-state.ts'
import type { ProcessExit } from '../../../core/contract/run-state.ts'
import type { LaunchState } from '../../../core/contract/launch-state.ts'
import { everything, logHandlers, stateHandlers } from './answers.ts'
import { begin, build, marbles, now, peerState, ready } from './chaincodes.ts'
import { dockerErrors } from './docker-errors.ts'
import type { Scene } from './fake-host.ts'
import { container, differences, dockerFound, netReady, netSteps, steps } from './net-chaincode.ts'
import { shellHandlers } from './shell.ts'

const tools = { ...peerState([]).tools, docker: dockerFound }
const scene = (cc: ChaincodeState, more: Partial<PeerState> = {}): Scene => ({
  state: peerState([cc], { tools, ...more }),
  handlers: { ...everything, ...shellHandlers, packageChaincode, setMode: () => new Promise(() => undefined) },
})

function packageChaincode(args: { label?: string; ccaas?: unknown }) {
  const label = args.label ?? 'asset-transfer_1.0'
  return {
    file: `/home/ada/work/asset-transfer/${label}.tar.gz`,
    label,
    type: args.ccaas === undefined ? 'node' : 'ccaas',
    packageId: `${label}:5f1c0a9be2d491c4e7aa03bd5f1c0a9be2d491c4e7aa03bd5f1c0a9be2d491c4`,
    size: 61_204,
    files: ['src/package.json', 'src/package-lock.json', 'src/dist/assetTransfer.js', 'src/dist/index.js'],
    differences: args.ccaas === undefined ? differences : [],
  }
}

const { endedAt: _ended, ...begun } = netReady.launch ?? ({} as LaunchState)

/** Switching to net mode while dev keeps serving. */
function switching(): ChaincodeState {
  const from = now - 23_400
  return {
    ...ready,
    builds: [{ ...build(13, 'building', 'src/assetTransfer.ts', 0), startedAt: from, files: [] }, ...ready.builds],
    launch: {
      ...begun,
      startedAt: from,
      outcome: 'running',
      steps: [
        ...steps(from, [
          ['build', 2_100, 'tsc'],
          ['package', 38, '61 KB, 14 files'],
          ['already-running', 0, 'no'],
          ['deployment-spec', 1, 'from _lifecycle'],
        ]),
        { name: 'dependencies', state: 'running', startedAt: from + 2_139, note: 'Step 3/5: RUN npm ci --omit=dev' },
      ],
    },
  }
}

const output = [
  'Asset asset6 goes from Michel to Ada',
  '\u001b[31mError\u001b[0m: heap out of memory while parsing the history of asset6',
  '    at AssetTransfer.GetHistory (/usr/local/src/dist/assetTransfer.js:118:13)',
]

function ended(exit: ProcessExit, code: 'error' | 'crash'): ChaincodeState {
  const gone = { ...container, state: 'exited' as const, ...(exit.code === null ? {} : { exitCode: exit.code }) }
  if (code === 'crash') return { ...netReady, crash: exit }
  return {
    ...netReady,
    container: gone,
    exit,
    crash: exit,
    registration: { state: 'none', since: exit.at },
    error: new PeerError('CHAINCODE_STOPPED', {
      canonicalName: 'asset-transfer:1.0',
      words: exit.words,
      output,
    }).toJSON(),
  }
}

const killed: ProcessExit = {
  at: now - 4_000,
  code: 137,
  signal: null,
  output,
  words: 'exited with code 137 after 1 min 32 s',
}
const outOfMemory: ProcessExit = { ...killed, oomKilled: true, words: 'ran out of memory after 1 min 32 s' }

const server = '127.0.0.1:9999'
const served: ChaincodeState = { ...marbles, server, registration: { state: 'none', since: now - 12_000 } }

function launchFailed(error: PeerError, failing: number): ChaincodeState {
  const done = netSteps.slice(0, failing)
  const at = done.at(-1)?.endedAt ?? begin
  const next = netSteps[failing]
  return {
    ...netReady,
    registration: { state: 'none', since: at },
    launch: {
      ...begun,
      endedAt: at + 60,
      outcome: 'failed',
      steps: [...done, ...(next === undefined ? [] : [{ ...next, state: 'failed' as const, endedAt: at + 60 }])],
      error: error.toJSON(),
    },
    error: error.toJSON(),
  }
}

const errorScenes = Object.fromEntries(
  Object.entries(dockerErrors).map(([code, error]) => [
    `net-${code.toLowerCase()}`,
    (): Scene => {
      const { container: _none, ...failed } = launchFailed(error, code.startsWith('DOCKER') ? 3 : 5)
      const ofEngine = code.startsWith('DOCKER') && code !== 'DOCKER_DISK_FULL' && code !== 'DOCKER_REFUSED'
      const docker = ofEngine ? ({ state: 'missing', error: error.toJSON() } as const) : dockerFound
      return scene(failed, { tools: { ...tools, docker } })
    },
  ]),
)

/** Net mode, chaincode as a service, packages. */
export const netScenes: Record<string, () => Scene> = {
  net: () => scene(netReady),
  'net-switching': () => scene(switching()),
  'net-refused': () => ({
    ...scene(ready),
    handlers: {
      ...everything,
      setMode: () => {
        throw dockerErrors.REGISTRY_UNREACHABLE
      },
    },
  }),
  'net-saved': () =>
    scene({
      ...netReady,
      launch: {
        ...begun,
        reason: 'saved',
        files: ['src/assetTransfer.ts'],
        endedAt: begun.startedAt + 6_400,
        outcome: 'ready',
        steps: [
          ...steps(begun.startedAt, [
            ['source-changed', 31],
            ['build', 1_900, 'tsc'],
            ['package', 33, '61 KB, 14 files'],
            ['already-running', 0, 'yes, it keeps serving'],
            ['deployment-spec', 1, 'from _lifecycle'],
          ]),
          { name: 'dependencies', state: 'skipped', startedAt: begun.startedAt, note: 'as they were' },
          ...steps(begun.startedAt + 1_965, [
            ['image', 2_700, 'npm run build 2.4 s'],
            ['create', 88],
            ['attach', 5],
            ['start', 322],
            ['registered', 1_310],
            ['ready', 2],
          ]),
        ],
      },
    }),
  'net-exited': () => scene(ended(killed, 'error')),
  'net-crashed': () => scene(ended(killed, 'crash')),
  'net-oom': () => scene(ended(outOfMemory, 'error')),
  'net-oom-again': () => scene(ended(outOfMemory, 'crash')),
  'net-paused': () => scene({ ...netReady, container: { ...container, state: 'paused' } }),
  'net-lost': () =>
    scene(
      { ...netReady, container: { ...container, state: 'lost' } },
      { tools: { ...tools, docker: { state: 'missing', error: dockerErrors.DOCKER_LOST.toJSON() } } },
    ),
  'net-differences': () => scene({ ...netReady, differences }),
  'dev-differences': () => scene({ ...ready, differences: differences.filter(({ fatal }) => !fatal) }),
  'served-waiting': () => ({
    ...scene(served),
    handlers: {
      ...everything,
      readContract: () => undefined,
      readCalls: () => [],
      ...logHandlers(() => 0),
      ...stateHandlers(0),
    },
  }),
  served: () =>
    scene({
      ...ready,
      server,
      launch: {
        ...begun,
        mode: 'dev',
        reason: 'opened',
        startedAt: begin,
        endedAt: begin + 600,
        outcome: 'ready',
        steps: steps(begin, [
          ['build', 94, 'tsc'],
          ['already-running', 0, 'no'],
          ['deployment-spec', 1, 'from _lifecycle'],
          ['start', 12],
          ['dial', 403, server],
          ['registered', 64],
          ['ready', 2],
        ]),
      },
    }),
  ...errorScenes,
}
