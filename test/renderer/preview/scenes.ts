import { PeerError } from '../../../core/contract/error.ts'
import type { ChaincodeState } from '../../../core/contract/chaincode-state.ts'
import { everything, logHandlers, stateHandlers } from './answers.ts'
import { begin, build, failedBuild, marbles, now, peerState, ready } from './chaincodes.ts'
import type { Scene } from './fake-host.ts'
import { clientScenes } from './client-scenes.ts'
import { debuggerScenes } from './debugger-scenes.ts'
import { edgeScenes } from './edge-scenes.ts'
import { netScenes } from './net-scenes.ts'
import { networkScenes } from './network-scenes.ts'
import { organisationScenes } from './organisation-scenes.ts'
import { replayScenes } from './replay-scenes.ts'

const exitLines = [
  'panic: runtime error: invalid memory address or nil pointer dereference',
  'goroutine 1 [running]:',
  'main.main()',
  '\t/home/ada/work/asset-transfer/main.go:31 +0x1d',
]

export const scenes: Record<string, () => Scene> = {
  ...clientScenes,
  ...debuggerScenes,
  ...netScenes,
  ...networkScenes,
  ...edgeScenes,
  ...organisationScenes,
  ...replayScenes,
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
          mode: 'dev',
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
          mode: 'dev',
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
          cause: {
            message: "Argument of type 'number' is not assignable to parameter of type 'string'.",
            file: 'src/assetTransfer.ts',
            line: 42,
            column: 9,
            code: 'TS2345',
            kind: 'compile',
          },
          causeAt: 1,
          output: [
            '> tsc',
            "src/assetTransfer.ts(42,9): error TS2345: Argument of type 'number' is not assignable to parameter of type 'string'.",
          ],
        }).toJSON(),
      },
    ]),
    handlers: everything,
  }),
  waiting: () => ({
    state: peerState([marbles], {
      listener: { state: 'listening', address: '127.0.0.1:7053', wanted: '127.0.0.1:7052' },
      notices: [
        {
          at: now - 30_000,
          error: new PeerError('REGISTER_UNKNOWN_NAME', {
            name: 'marbles:0.9',
            expected: ['marbles:1.0'],
            address: '127.0.0.1:7053',
          }).toJSON(),
        },
      ],
    }),
    handlers: {
      ...everything,
      readContract: () => undefined,
      readCalls: () => [],
      ...logHandlers(() => 0),
      ...stateHandlers(0),
    },
  }),
  crashed: () => {
    const crashed: ChaincodeState = {
      ...ready,
      registration: {
        state: 'none',
        since: now - 9_000,
        ended: {
          at: now - 9_000,
          error: new PeerError('STREAM_TERMINATED', {
            canonicalName: 'asset-transfer:1.0',
            reason: 'Its process exited.',
          }).toJSON(),
        },
      },
      exit: {
        at: now - 9_000,
        code: 2,
        signal: null,
        output: exitLines,
        words: 'exited with code 2 after 4 min 12 s',
      },
      error: new PeerError('CHAINCODE_STOPPED', {
        canonicalName: 'asset-transfer:1.0',
        words: 'exited with code 2 after 4 min 12 s',
        output: exitLines,
      }).toJSON(),
    }
    delete crashed.process
    return { state: peerState([crashed]), handlers: everything }
  },
  thrown: () => ({
    state: peerState([ready]),
    handlers: {
      ...everything,
      readCallLogs: () => ({
        lines: [],
        state: 'complete',
        others: 0,
        cause: { message: 'The asset asset99 does not exist', file: 'src/assetTransfer.ts', line: 57, kind: 'thrown' },
      }),
    },
  }),
  many: () => ({
    state: peerState([
      ready,
      marbles,
      { ...ready, name: 'token-erc-20-with-a-long-name', canonicalName: 'token:2', dialect: 'Java' },
    ]),
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
