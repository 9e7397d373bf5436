import type { DebuggerState } from '../../../core/contract/debugger.ts'
import { everything } from './answers.ts'
import { marbles, now, peerState, ready } from './chaincodes.ts'
import type { Scene } from './fake-host.ts'
import { netReady } from './net-chaincode.ts'

const state: DebuggerState = { protocol: 'inspector', port: 9229, clients: 0 }
const process = {
  pid: 48_213,
  startedAt: now - 60_000,
  build: 12,
  start: 'cold',
  startReason: 'under its debugger',
} as const

/** Chaincode that is started under its debugger. */
export const debuggerScenes: Record<string, () => Scene> = {
  debugging: () => ({
    state: peerState([{ ...ready, process, underDebugger: true, debugger: state }, marbles]),
    handlers: everything,
  }),
  'debugging-net': () => ({
    state: peerState([
      { ...netReady, underDebugger: true, debugger: { ...state, clients: 1, root: '/usr/local/src' } },
      marbles,
    ]),
    handlers: everything,
  }),
  'debugging-net-service': () => ({
    state: peerState([{ ...netReady, server: '127.0.0.1:9999' }, marbles]),
    handlers: everything,
  }),
  'debugging-unknown': () => ({
    state: peerState([{ ...ready, language: 'other', dialect: 'Other', buildTool: 'slipway.yaml' }, marbles]),
    handlers: everything,
  }),
  'debugging-paused': () => ({
    state: peerState([
      { ...ready, process, underDebugger: true, debugger: { ...state, clients: 1, pausedAt: now - 372_000 } },
      marbles,
    ]),
    handlers: everything,
  }),
}
