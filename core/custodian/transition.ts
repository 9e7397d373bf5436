import { printedIn } from '../contract/cause.ts'
import { debugsIn } from '../contract/debugger.ts'
import { PeerError } from '../contract/error.ts'
import { canonicalName } from '../ccprovider/cc-context.ts'
import type { LaunchReason } from '../contract/launch-state.ts'
import type { BuiltProject, Project } from '../project/project.ts'
import { sameAddresses, sameDefinition } from './chaincode-facts.ts'
import { keepsCrashing, recentRestarts } from './crash-limit.ts'
import { after, FINE, NEW_SETTINGS, to, type Transition } from './outcome.ts'
import {
  ccOf,
  isStale,
  isYours,
  known,
  lastGood,
  nextMode,
  type Building,
  type Effect,
  type Event,
  type Known,
  type State,
  type Step,
} from './state.ts'
import type { Work } from './work.ts'

type Of<Type extends Event['type']> = Extract<Event, { type: Type }>

/**
 * What every event means in every state: the table in README.md. Pure, except that `begin` makes the work that a state
 * begins with.
 */
export function transition(state: State, event: Event, begin: () => Work): Transition {
  if (state.state === 'closed') return to(state)
  switch (event.type) {
    case 'run':
      return isYours(state.project) ? to(state) : build(state, begin(), event.reason)
    case 'start':
      return state.state === 'stopped' && isYours(state.project) ? to({ ...known(state), state: 'yours' }) : to(state)
    case 'call':
      return called(state, begin)
    case 'stop':
      // What was wrong is over too: nothing is wanted of it any more.
      return to({ ...known(state), state: 'stopped', stale: isStale(state) }, FINE, [{ type: 'stop' }])
    case 'set-started-by':
      return starterSet(state, event, begin)
    case 'set-debugger':
      return debuggerSet(state, event, begin)
    case 'set-mode':
      return modeSet(state, event, begin)
    case 'described':
      return described(state, event)
    case 'saved':
      return saved(state, event, begin)
    case 'work-ready':
      return workReady(state, event)
    case 'work-failed':
      return workFailed(state, event, begin)
    case 'exited':
      return exited(state, event, begin)
    case 'connected':
      return connected(state, event)
    case 'disconnected':
      return isYours(state.project) ? to(state, [{ type: 'report-gone', reason: event.reason }]) : to(state)
    case 'close':
      return to({ ...known(state), state: 'closed' }, [], [{ type: 'stop' }, { type: 'close' }])
  }
}

function called(state: State, begin: () => Work): Transition {
  if (isYours(state.project) || state.state === 'building' || state.state === 'launching') return to(state)
  const built = lastGood(state)
  return built === undefined ? build(state, begin(), 'call') : launch(state, begin(), 'call', built)
}

function starterSet(state: State, { startedBy }: Of<'set-started-by'>, begin: () => Work): Transition {
  if (startedBy === state.project.startedBy) return to(state)
  const next = withProject(state, { ...state.project, startedBy })
  // It is for dev mode, whenever that comes again.
  if (state.project.mode === 'net') return to(next, [{ type: 'report-settings' }])
  if (startedBy === 'slipway') {
    return after([{ type: 'stop-expecting' }], build(next, begin(), 'restart'), NEW_SETTINGS)
  }
  const steps: Step[] = [{ type: 'stop' }, { type: 'drop-prepared' }, { type: 'expect' }]
  return to({ ...known(next), state: 'yours' }, NEW_SETTINGS, steps)
}

function debuggerSet(state: State, { debug }: Of<'set-debugger'>, begin: () => Work): Transition {
  if (debug === (state.project.debug ?? false)) return to(state)
  const next = withProject(state, { ...state.project, debug })
  const settings: Effect[] = [{ type: 'report-settings' }]
  // It is for what Slipway starts so, whenever that comes again.
  const isKept = debugsIn(state.project.mode, state.project) && !isYours(state.project)
  if (!isKept || state.state === 'opened' || state.state === 'stopped') return to(next, settings)
  return after([], build(next, begin(), 'restart'), settings)
}

function modeSet(state: State, { mode, serves, at }: Of<'set-mode'>, begin: () => Work): Transition {
  const { project } = state
  if (mode === nextMode(state)) return to(state)
  if (mode === project.mode) {
    if (state.state !== 'building' || nextMode(state) === undefined) return to(state)
    const kept = { ...state, target: project }
    if (state.saved.length > 0 && !isYours(project)) return build(kept, begin(), 'saved', { files: state.saved })
    return after([{ type: 'abort-build' }], rest(kept, { serves, at, begin }))
  }
  const target = { ...project, mode }
  if (state.state === 'stopped') {
    return to({ ...state, project: target }, NEW_SETTINGS, inMode(target))
  }
  if (isYours(target)) return toYours(state, target)
  return build(state, begin(), 'mode', { target })
}

/** Its author starts it in dev mode; a container serves until that process registers. */
function toYours(from: Known, project: Project): Transition {
  const steps: Step[] = [{ type: 'abort-build' }, { type: 'abort-launch' }, { type: 'expect' }]
  return to({ ...known(from), project, state: 'yours' }, NEW_SETTINGS, steps)
}

/** The name stays, since the ledger's namespace hangs on it. */
function described(state: State, { project: read }: Of<'described'>): Transition {
  const before = state.project
  const { name, channel, startedBy, debug, mode } = before
  const channels = [channel, ...read.channels.filter((other) => other !== channel)]
  const project = { ...read, name, channel, channels, startedBy, debug, mode }
  const sameVersion = project.version === before.version
  const steps: Step[] = []
  if (isYours(project) && !sameAddresses(before, project)) steps.push({ type: 'expect' })
  if (!sameVersion || !sameDefinition(before, project)) steps.push({ type: 'deploy' })
  // One that Slipway started serves on until the new version is ready.
  if (!sameVersion && isYours(project)) steps.push({ type: 'retire', cc: ccOf(before) })
  return to(withProject(state, project), [{ type: 'report-settings' }], steps)
}

function saved(state: State, { files, since, namedMode }: Of<'saved'>, begin: () => Work): Transition {
  if (state.state === 'stopped') return to({ ...state, stale: true })
  const { project } = state
  const named = namedMode ?? state.namedMode
  const mode = named === state.namedMode ? (nextMode(state) ?? project.mode) : named
  const target = mode === project.mode ? project : { ...project, mode }
  const next: State = named === state.namedMode ? state : { ...state, namedMode: named }
  if (!isYours(target)) return build(next, begin(), 'saved', { files, since, target })
  if (project.mode === 'net') return toYours(next, target)
  if (state.state === 'building') return to({ ...known(next), state: 'yours' }, [], [{ type: 'abort-build' }])
  return to(next)
}

function workReady(state: State, { work, good, serves }: Of<'work-ready'>): Transition {
  if (state.state === 'launching' && state.work === work) return to(atRest(state, serves), FINE)
  if (state.state !== 'building') return to(state)
  if (state.launch === work) return to({ ...state, launch: undefined }, FINE)
  if (state.work !== work) return to(state)
  const isReached = nextMode(state) !== undefined && nextMode(state) === good?.project.mode
  if (!isReached) return to(atRest({ ...state, good }, serves), FINE)
  return to(atRest({ ...state, good, project: state.target }, serves), NEW_SETTINGS, inMode(state.target))
}

function workFailed(state: State, event: Of<'work-failed'>, begin: () => Work): Transition {
  const { work, error, serves, at } = event
  const reported: Effect[] = [{ type: 'report-error', error }]
  if (state.state === 'launching' && state.work === work) return to(atRest(state, serves), reported)
  if (state.state !== 'building') return to(state)
  if (state.launch === work) return to({ ...state, launch: undefined }, reported)
  if (state.work !== work) return to(state)
  const unchanged = { ...state, target: state.project }
  const missed = nextMode(state) !== undefined && state.saved.length > 0 && !isYours(state.project)
  if (missed) return after([], build(unchanged, begin(), 'restart', { files: state.saved }), reported)
  return after([], rest(unchanged, { serves, at, begin }), reported)
}

function exited(state: State, { exit, serves, at }: Of<'exited'>, begin: () => Work): Transition {
  // Another process has taken over its name: it ended because of that.
  if (serves || state.state === 'opened' || state.state === 'stopped') return to(state)
  const name = canonicalName(state.project)
  const error = new PeerError('CHAINCODE_STOPPED', { canonicalName: name, words: exit.words, ...printedIn(exit) })
  const reported: Effect[] = [{ type: 'report-error', error }]
  if (state.state === 'serving' || state.state === 'down')
    return after([], revive(state, 'crashed', at, begin), reported)
  return to(state, reported)
}

function connected(state: State, { handler }: Of<'connected'>): Transition {
  const effects: Effect[] = [
    { type: 'report-connected', handler },
    { type: 'report-error', error: undefined },
  ]
  if (isYours(state.project)) {
    effects.push({ type: 'let-go' })
    return to(state.state === 'stopped' ? { ...known(state), state: 'yours' } : state, effects)
  }
  const isUnserved = state.state === 'opened' || state.state === 'down'
  return to(isUnserved ? { ...known(state), state: 'serving' } : state, effects)
}

/** Build and launch what the sources say. */
function build(
  from: State,
  work: Work,
  reason: LaunchReason,
  { files = [], since, target }: { files?: readonly string[]; since?: number; target?: Project } = {},
): Transition {
  const under = from.state === 'building' ? from : undefined
  const project = target ?? under?.target ?? from.project
  const state: Building = {
    ...known(from),
    state: 'building',
    work,
    target: project.mode === under?.target.mode ? under.target : project,
    saved: [...new Set([...(under?.saved ?? []), ...(reason === 'saved' ? files : [])])],
    launch: from.state === 'launching' ? from.work : under?.launch,
  }
  return to(state, [], [{ type: 'build', work, project: state.target, reason, files, since }])
}

function launch(from: State, work: Work, reason: LaunchReason, built: BuiltProject): Transition {
  return to({ ...known(from), state: 'launching', work }, [], [{ type: 'launch', work, built, reason }])
}

/** A build ended without success: what serves goes on; if nothing does, the last good build is launched. */
function rest(from: Building, { serves, at, begin }: { serves: boolean; at: number; begin: () => Work }): Transition {
  const state = atRest(from, serves)
  return state.state === 'down' ? revive(state, 'restart', at, begin) : to(state)
}

/** Launch the last good build again, unless it keeps crashing. */
function revive(from: State, reason: 'restart' | 'crashed', at: number, begin: () => Work): Transition {
  const built = lastGood(from)
  if (built === undefined || keepsCrashing(from.restarts, at)) return to({ ...known(from), state: 'down' })
  const restarts = [...recentRestarts(from.restarts, at), at]
  return launch({ ...from, restarts }, begin(), reason, built)
}

/** With nothing to build any more. */
function atRest(from: State, serves: boolean): State {
  if (isYours(from.project)) return { ...known(from), state: 'yours' }
  if (from.state === 'building' && from.launch !== undefined) {
    return { ...known(from), state: 'launching', work: from.launch }
  }
  return { ...known(from), state: serves ? 'serving' : 'down' }
}

/** What its new mode needs, or no longer does. */
function inMode(project: Project): Step[] {
  if (project.mode === 'net') return [{ type: 'stop-expecting' }, { type: 'drop-prepared' }]
  return isYours(project) ? [{ type: 'expect' }] : []
}

function withProject(state: State, project: Project): State {
  if (state.state !== 'building') return { ...state, project }
  const { mode } = state.target
  return { ...state, project, target: mode === project.mode ? project : { ...project, mode } }
}
