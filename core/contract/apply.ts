import type { PeerNews } from './api.ts'
import type { PeerErrorData } from './error.ts'
import type { ChaincodeSettings, PeerEvent, PeerFact, RunningFact } from './events.ts'
import type { ReplayRow, ReplayState } from './replay.ts'
import type { PeerState } from './state.ts'
import type { ChaincodeState, RunningState } from './chaincode-state.ts'
import type { ContainerState, ProcessExit } from './run-state.ts'
import type { BuildState, LaunchReason, LaunchState, LaunchStep } from './launch-state.ts'

const MAX_BUILDS = 30
const MAX_NOTICES = 20

/** The state after an event. Pure: never changes its arguments. Ignores facts about a chaincode that was closed. */
export function apply(state: PeerState, event: PeerEvent): PeerState {
  return { ...change(state, event), seq: event.seq }
}

/** The state after a piece of news: a snapshot replaces it, an event changes it. */
export function applyNews(state: PeerState | undefined, news: PeerNews): PeerState | undefined {
  if (news.type === 'snapshot') return news.state
  return state === undefined ? undefined : apply(state, news.event)
}

function change(state: PeerState, fact: PeerFact): PeerState {
  switch (fact.type) {
    case 'listener':
      return { ...state, listener: fact.listener }
    case 'authorities':
      return { ...state, authorities: fact.authorities }
    case 'services':
      return { ...state, services: fact.services }
    case 'exports':
      return { ...state, outdatedExports: fact.outdated }
    case 'orderer':
      return { ...state, orderer: fact.orderer }
    case 'channel.height': {
      const moves = fact.moves ?? state.channels[fact.channel]?.moves
      const channel = {
        name: fact.channel,
        height: fact.height,
        lastCommitAt: fact.at,
        ...(moves === undefined ? {} : { moves }),
      }
      return { ...state, channels: { ...state.channels, [fact.channel]: channel } }
    }
    case 'chaincode.opened':
      return { ...state, chaincodes: { ...state.chaincodes, [fact.chaincode.name]: fact.chaincode } }
    case 'chaincode.closed': {
      const { [fact.name]: _closed, ...chaincodes } = state.chaincodes
      return { ...state, chaincodes }
    }
    case 'tool':
      return { ...state, tools: { ...state.tools, [fact.tool]: fact.state } }
    case 'logs':
      return { ...state, logs: fact.logs }
    case 'calls':
      return { ...state, calls: { count: fact.count } }
    case 'identities':
      return { ...state, identities: fact.identities }
    case 'notice':
      return { ...state, notices: [...state.notices, fact.notice].slice(-MAX_NOTICES) }
    default: {
      const before = state.chaincodes[fact.name]
      if (before === undefined) return state
      return { ...state, chaincodes: { ...state.chaincodes, [fact.name]: changeChaincode(before, fact) } }
    }
  }
}

type ChaincodeFact = Exclude<Extract<PeerFact, { name: string }>, { type: 'chaincode.closed' }>

function changeChaincode(cc: ChaincodeState, fact: ChaincodeFact): ChaincodeState {
  switch (fact.type) {
    case 'chaincode.changed':
      return withSettings(cc, fact.changes)
    case 'definitions':
      return { ...cc, definedByHand: fact.definedByHand }
    case 'chaincode.error':
      return fact.error === undefined ? without(cc, 'error') : { ...withCrash(cc, fact.error), error: fact.error }
    case 'registration':
    case 'process.started':
    case 'process.memory':
    case 'process.exited':
    case 'container':
    case 'container.stats':
    case 'container.exited':
      // All else in it stays.
      return changeRunning(cc, fact) as ChaincodeState
    case 'instance': {
      const { [fact.mspId]: before = NOT_RUNNING, ...others } = cc.instances
      if (fact.of === undefined) return { ...cc, instances: others }
      return { ...cc, instances: { ...cc.instances, [fact.mspId]: changeRunning(before, fact.of) } }
    }
    case 'debugger':
      return fact.debugger === null ? without(cc, 'debugger') : { ...cc, debugger: fact.debugger }
    case 'takeover':
      return fact.takeover === undefined ? without(cc, 'takeover') : { ...cc, takeover: fact.takeover }
    case 'deployment':
      return { ...cc, deployment: fact.deployment }
    case 'differences':
      return { ...cc, differences: fact.differences }
    case 'launch.started':
      return { ...settled(cc, fact.launch.reason), launch: { ...fact.launch, steps: [], outcome: 'running' } }
    case 'launch.step':
      return onLaunch(cc, fact.id, (launch) => ({ ...launch, steps: withStep(launch.steps, fact.step) }))
    case 'launch.ended':
      return onLaunch(cc, fact.id, (launch) => ({
        ...launch,
        outcome: fact.outcome,
        endedAt: fact.at,
        error: fact.error,
      }))
    case 'build':
      return {
        ...(fact.build.state === 'serving' ? settled(cc, fact.build.reason) : cc),
        builds: withBuild(cc.builds, fact.build),
      }
    case 'watch':
      return { ...cc, watch: fact.watch }
    case 'replay':
      return { ...cc, replay: { ...fact.replay, rows: cc.replay?.id === fact.replay.id ? cc.replay.rows : [] } }
    case 'replay.rows':
      return cc.replay?.id === fact.id ? { ...cc, replay: withRows(cc.replay, fact) } : cc
  }
}

/** What is known of an instance before its first fact. */
const NOT_RUNNING: RunningState = { registration: { state: 'none', since: 0 } }

function changeRunning(cc: RunningState, fact: RunningFact): RunningState {
  switch (fact.type) {
    case 'registration':
      // An attached process has no start event: READY is what clears the exit of the one before.
      return { ...(fact.registration.state === 'ready' ? without(cc, 'exit') : cc), registration: fact.registration }
    case 'process.started':
      return { ...without(without(cc, 'exit'), 'container'), process: fact.process }
    case 'process.memory':
      return cc.process === undefined ? cc : { ...cc, process: { ...cc.process, memory: fact.memory } }
    case 'process.exited':
      // The exit of a process that was already replaced doesn't concern the one that serves.
      return cc.process !== undefined && cc.process.pid !== fact.pid
        ? cc
        : { ...without(cc, 'process'), exit: fact.exit }
    case 'container':
      if (fact.container === undefined) return without(cc, 'container')
      // A new container has taken over from whatever served before.
      if (cc.container?.id === fact.container.id) return { ...cc, container: fact.container }
      return { ...without(without(cc, 'exit'), 'process'), container: fact.container }
    case 'container.stats':
      return cc.container?.id === fact.id ? { ...cc, container: { ...cc.container, ...fact.stats } } : cc
    case 'container.exited':
      // The exit of a container that was already replaced doesn't concern the one that serves.
      return cc.container?.id === fact.id ? { ...cc, container: exited(cc.container, fact.exit), exit: fact.exit } : cc
  }
}

function exited(container: ContainerState, exit: ProcessExit): ContainerState {
  const { memory: _memory, cpu: _cpu, ...kept } = container
  return { ...kept, state: 'exited', exitCode: exit.code ?? kept.exitCode }
}

/** Only a crash is reported as CHAINCODE_STOPPED; a deliberate stop isn't an error. */
function withCrash(cc: ChaincodeState, { code }: PeerErrorData): ChaincodeState {
  return code === 'CHAINCODE_STOPPED' && cc.exit !== undefined ? { ...cc, crash: cc.exit } : cc
}

/**
 * A launch that the author asked for clears the last crash, and once more when it succeeds, in case the old one crashed
 * meanwhile. A launch that recovers from a crash keeps it.
 */
function settled(cc: ChaincodeState, reason: LaunchReason): ChaincodeState {
  return reason === 'crashed' || reason === 'call' || reason === 'connected' ? cc : without(cc, 'crash')
}

function onLaunch(cc: ChaincodeState, id: number, to: (launch: LaunchState) => LaunchState): ChaincodeState {
  return cc.launch?.id === id ? { ...cc, launch: to(cc.launch) } : cc
}

function withStep(steps: LaunchStep[], step: LaunchStep): LaunchStep[] {
  const at = steps.findIndex((s) => s.name === step.name)
  return at < 0 ? [...steps, step] : steps.with(at, step)
}

/** The build in its place by number, newest first. If it serves, the one before it no longer does. */
function withBuild(builds: BuildState[], build: BuildState): BuildState[] {
  const others = builds
    .filter((b) => b.number !== build.number)
    .map((b) => (build.state === 'serving' && b.state === 'serving' ? { ...b, state: 'was-ready' as const } : b))
  return [...others, build].sort((a, b) => b.number - a.number).slice(0, MAX_BUILDS)
}

function withRows(replay: ReplayState, { from, rows }: { from: number; rows: ReplayRow[] }): ReplayState {
  return { ...replay, rows: [...replay.rows.slice(0, from), ...rows, ...replay.rows.slice(from + rows.length)] }
}

function withSettings(cc: ChaincodeState, { server, savedAt, ...others }: ChaincodeSettings): ChaincodeState {
  const changed: ChaincodeState = { ...cc, ...others }
  if (server !== undefined) changed.server = server ?? undefined
  if (savedAt !== undefined) changed.savedAt = savedAt ?? undefined
  return changed
}

function without<T, K extends keyof T>(value: T, key: K): Omit<T, K> & { [P in K]?: never } {
  const { [key]: _gone, ...rest } = value
  return rest as Omit<T, K> & { [P in K]?: never }
}
