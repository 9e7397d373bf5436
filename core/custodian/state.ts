import type { CCContext } from '../ccprovider/cc-context.ts'
import type { PeerError } from '../contract/error.ts'
import type { LaunchReason } from '../contract/launch-state.ts'
import type { Mode, StartedBy } from '../contract/mode.ts'
import type { Handler } from '../chaincode/handler.ts'
import type { InstanceExit } from '../process/print-line.ts'
import type { BuiltProject, Project } from '../project/project.ts'
import type { Work } from './work.ts'

/** What a Custodian knows in every state. */
export interface Known {
  /** In the mode that serves. */
  readonly project: Project
  /** The mode that the folder and the command line named last: only when they name another one does it change. */
  readonly namedMode: Mode
  /** The last build that became ready. */
  readonly good: BuiltProject | undefined
  /** When it was started again without being asked for, oldest first. */
  readonly restarts: readonly number[]
}

/** Nobody has asked for it yet. */
export type Opened = Known & { readonly state: 'opened' }

/** The sources are being built and launched; whatever serves goes on meanwhile. */
export type Building = Known & {
  readonly state: 'building'
  readonly work: Work
  /** The project as it is built: of the other mode while that is being changed, else `project` itself. */
  readonly target: Project
  /** Files saved since the build began. If a change of mode fails, they are still to be built in the old one. */
  readonly saved: readonly string[]
  /** A launch that was under way when the build began; it goes on until the build is launched. */
  readonly launch: Work | undefined
}

/** The last good build is being launched again. */
export type Launching = Known & { readonly state: 'launching'; readonly work: Work }

/** It serves as far as Slipway knows, and nothing is to be done. */
export type Serving = Known & { readonly state: 'serving' }

/** Nothing serves: a save or a call starts it. */
export type Down = Known & { readonly state: 'down' }

/** Its author stopped it: neither a save nor a crash starts it again, a call does. */
export type Stopped = Known & {
  readonly state: 'stopped'
  /** What the sources say now was not built. */
  readonly stale: boolean
}

/** Its author starts it, in dev mode. */
export type Yours = Known & { readonly state: 'yours' }

export type Closed = Known & { readonly state: 'closed' }

export type State = Opened | Building | Launching | Serving | Down | Stopped | Yours | Closed

/** A ready handler, as far as its timeline goes. */
export type ReadyHandler = Pick<Handler, 'canonicalName' | 'createdAt' | 'establishedAt'>

/** What happens to a chaincode. */
export type Event =
  /** It is to be built and launched, because it was opened or its author asked for that. */
  | { type: 'run'; reason: LaunchReason }
  /** Its author wants it to run. */
  | { type: 'start' }
  /** A call needs a handler, and none serves. */
  | { type: 'call' }
  | { type: 'stop' }
  | { type: 'set-started-by'; startedBy: StartedBy }
  /** Under its debugger from now on, or no longer. */
  | { type: 'set-debugger'; debug: boolean }
  | { type: 'set-mode'; mode: Mode; serves: boolean; at: number }
  /** Its folder was read again, or its author gave it another version. */
  | { type: 'described'; project: Project }
  /** `namedMode`: what the folder says now, where it was read again. */
  | { type: 'saved'; files: readonly string[]; since: number; namedMode: Mode | undefined }
  /** `serves`: whether a handler serves its name. */
  | { type: 'work-ready'; work: Work; good: BuiltProject | undefined; serves: boolean }
  | { type: 'work-failed'; work: Work; error: unknown; serves: boolean; at: number }
  /** The process or container that served ended, and Slipway didn't stop it. */
  | { type: 'exited'; exit: InstanceExit; serves: boolean; at: number }
  /** A handler is ready that Slipway didn't launch. */
  | { type: 'connected'; handler: ReadyHandler }
  | { type: 'disconnected'; reason: PeerError }
  | { type: 'close' }

/** What is done about it at once. */
export type Effect =
  | { type: 'report-settings' }
  | { type: 'report-error'; error: unknown }
  | { type: 'report-connected'; handler: ReadyHandler }
  /** The author's process is gone. */
  | { type: 'report-gone'; reason: PeerError }
  /** Stop the instance that Slipway started: another one serves. */
  | { type: 'let-go' }

/** What is done about it in turn, after the steps of earlier events. */
export type Step =
  | {
      type: 'build'
      work: Work
      project: Project
      reason: LaunchReason
      files: readonly string[]
      since: number | undefined
    }
  | { type: 'launch'; work: Work; built: BuiltProject; reason: LaunchReason }
  | { type: 'abort-build' }
  | { type: 'abort-launch' }
  /** Stop what serves, and whatever is being built or launched. */
  | { type: 'stop' }
  /** End the stream of an earlier version. */
  | { type: 'retire'; cc: CCContext }
  /** Define it with _lifecycle. */
  | { type: 'deploy' }
  /** Follow the output of the author's process, and dial it if it is a server. */
  | { type: 'expect' }
  | { type: 'stop-expecting' }
  /** Drop what is kept ready for the next start. */
  | { type: 'drop-prepared' }
  /** Let go of everything else, and report that it is closed. */
  | { type: 'close' }

/** Which chaincode it is, in the version of the project. */
export function ccOf({ channel, name, version }: Project): CCContext {
  return { channel, name, version, systemChaincode: false }
}

/** Who starts it now: in net mode always Slipway, whoever starts it in dev mode. */
export function starterOf({ mode, startedBy }: Project): StartedBy {
  return mode === 'net' ? 'slipway' : startedBy
}

export function isYours(project: Project): boolean {
  return starterOf(project) === 'you'
}

/** What every state knows, without what this one has beside it. */
export function known({ project, namedMode, good, restarts }: Known): Known {
  return { project, namedMode, good, restarts }
}

/** The mode it is being changed to. */
export function nextMode(state: State): Mode | undefined {
  return state.state === 'building' && state.target.mode !== state.project.mode ? state.target.mode : undefined
}

/** Whether the sources may say something else than what was built last. */
export function isStale(state: State): boolean {
  return state.state === 'building' || state.state === 'yours' || (state.state === 'stopped' && state.stale)
}

/** The last good build of the mode that serves, unless the sources have changed since without being built. */
export function lastGood(state: State): BuiltProject | undefined {
  if (state.state === 'stopped' && state.stale) return undefined
  return state.good?.project.mode === state.project.mode ? state.good : undefined
}

/** What a call waits for. */
export function awaited(state: State): Work | undefined {
  if (state.state === 'building') return state.launch ?? state.work
  return state.state === 'launching' ? state.work : undefined
}

/** Whether this work still counts. */
export function isUnderWay(state: State, work: Work): boolean {
  if (state.state === 'building') return state.work === work || state.launch === work
  return state.state === 'launching' && state.work === work
}

/** Which streams it may register on. */
export function connectsFrom(project: Project): 'anywhere' | 'process' | 'container' | 'server' {
  if (project.server !== undefined) return 'server'
  if (isYours(project)) return 'anywhere'
  return project.mode === 'net' ? 'container' : 'process'
}

/** Whether Slipway keeps it running: it is neither stopped, nor closed, nor its author's to start. */
export function isKept({ state, project }: State): boolean {
  return state !== 'stopped' && state !== 'closed' && starterOf(project) === 'slipway'
}
