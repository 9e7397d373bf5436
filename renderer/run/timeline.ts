import type { LaunchState, LaunchStep, StepName } from '../../core/contract/launch-state.ts'
import type { Mode } from '../../core/contract/mode.ts'

/** A line of the launch timeline. */
export interface TimelineRow {
  name: StepName
  title: string
  /** `pending`: not reached yet; `missed`: the launch ended without it. */
  state: LaunchStep['state'] | 'pending' | 'missed'
  note: string | undefined
  /** Its note has a line of its own. */
  wordy: boolean
  /** When it started, while it runs. */
  since: number | undefined
  durationMs: number | undefined
  /** Start and length of its bar, in percent of the launch. */
  left: number
  width: number
  /** It took a large share of the time; known once it has ended. */
  own: boolean
  /** While it runs: how long it took the last time, and the share of the bar that stands for it. */
  usual?: { ms: number; width: number } | undefined
  /** What its tool printed so far, while it runs. */
  printed?: LaunchStep['printed']
}

const titles: Record<StepName, string> = {
  'source-changed': 'Source changed',
  install: 'Install dependencies',
  build: 'Build',
  'already-running': 'Already running?',
  'deployment-spec': 'Deployment spec',
  package: 'Package',
  dependencies: 'Dependencies',
  image: 'Image',
  create: 'Create the container',
  attach: 'Attach to its output',
  dial: 'Dial the chaincode',
  start: 'Start the process',
  registered: 'Registered',
  ready: 'Ready',
}

const titlesOf: Record<Mode, Partial<Record<StepName, string>>> = {
  dev: { image: 'Image, container' },
  net: { start: 'Start the container' },
}

/** Steps that a plain process doesn't have. In dev mode one line stands for all of them. */
const onlyInNet = new Set<StepName>(['dependencies', 'image', 'create', 'attach'])
/** Steps whose progress has a line of its own. */
const wordy = new Set<StepName>(['dependencies', 'image'])
/** Steps on the host. Net mode has them only if the package needs their output. */
const onHost = new Set<StepName>(['install', 'build'])

/** The end of every launch. */
const lastSteps: StepName[] = ['start', 'dial', 'registered', 'ready']
/** In launch order. All are shown from the start, so the list doesn't grow while the launch runs. */
const order: Record<Mode, StepName[]> = {
  dev: [
    'source-changed',
    'install',
    'build',
    'already-running',
    'deployment-spec',
    'package',
    'dependencies',
    'image',
    'create',
    'attach',
    ...lastSteps,
  ],
  // Net mode packages the build before it looks for a running container.
  net: [
    'source-changed',
    'install',
    'build',
    'package',
    'already-running',
    'deployment-spec',
    'dependencies',
    'image',
    'create',
    'attach',
    ...lastSteps,
  ],
}

/** A step that takes this share of the launch stands out. */
const LARGE_SHARE = 0.3
const SHORTEST_BAR = 0.8

/** A launch as a waterfall at the time `now`. `dials`: the peer connects to the chaincode (chaincode as a service). */
export function timeline(launch: LaunchState, now: number, { dials = false } = {}): TimelineRow[] {
  const begin = Math.min(launch.startedAt, ...launch.steps.map((step) => step.startedAt))
  const reachedEnd = Math.max(launch.endedAt ?? now, begin + 1, ...launch.steps.map((step) => step.endedAt ?? 0))
  const end = Math.max(reachedEnd, ...launch.steps.map(expectedEnd))
  const longest = Math.max(0, ...launch.steps.map((step) => (step.endedAt ?? end) - step.startedAt))
  const rows: TimelineRow[] = []
  for (const name of order[launch.mode]) {
    const step = launch.steps.find((candidate) => candidate.name === name)
    if (step === undefined) {
      if (isExpected(name, launch, dials)) rows.push(unreached(name, launch))
    } else if (launch.mode === 'net' || name === 'image' || !onlyInNet.has(name)) {
      rows.push({ ...heading(name, launch), ...reached(step, { begin, end, longest, at: reachedEnd }) })
    }
  }
  return rows
}

/** When a running step ends, if it takes as long as the last time; 0 if nobody knows. */
function expectedEnd({ state, startedAt, usualMs }: LaunchStep): number {
  return state === 'running' && usualMs !== undefined ? startedAt + usualMs : 0
}

interface Extent {
  begin: number
  /** Of the launch as far as known, what is expected included. */
  end: number
  /** Until when a running step has run. */
  at: number
  longest: number
}

/** A step that has begun, placed between the begin and end of its launch. */
function reached(step: LaunchStep, { begin, end, longest, at }: Extent): Omit<TimelineRow, 'name' | 'title' | 'wordy'> {
  const { state, note, startedAt, endedAt, usualMs, printed } = step
  const total = end - begin
  const span = (endedAt ?? at) - startedAt
  const running = state === 'running'
  const left = Math.min(((startedAt - begin) / total) * 100, 100 - SHORTEST_BAR)
  const within = (ms: number) => Math.min(100 - left, Math.max(SHORTEST_BAR, (ms / total) * 100))
  const hasBar = state !== 'skipped'
  return {
    state,
    note,
    since: running ? startedAt : undefined,
    durationMs: endedAt === undefined || state === 'skipped' ? undefined : span,
    left,
    width: hasBar ? within(span) : 0,
    own: hasBar && !running && (span === longest || span / total >= LARGE_SHARE),
    usual: running && usualMs !== undefined ? { ms: usualMs, width: within(usualMs) } : undefined,
    printed: running ? printed : undefined,
  }
}

/** Whether a launch like this has such a step. If a process connects on its own, no step comes before that. */
function isExpected(name: StepName, { reason, mode }: LaunchState, dials: boolean): boolean {
  if (name === 'dial') return dials
  if (reason === 'connected') return name === 'registered' || name === 'ready'
  if (name === 'source-changed') return reason === 'saved'
  if (mode === 'dev') return name === 'image' || !onlyInNet.has(name)
  return !onHost.has(name)
}

function unreached(name: StepName, launch: LaunchState): TimelineRow {
  const states = { running: 'pending', ready: 'skipped', failed: 'missed', aborted: 'missed' } as const
  const empty = { since: undefined, durationMs: undefined, left: 0, width: 0, own: false }
  if (launch.mode === 'dev' && onlyInNet.has(name)) {
    return { ...heading(name, launch), state: 'skipped', note: 'only in net mode', ...empty }
  }
  return { ...heading(name, launch), state: states[launch.outcome], note: undefined, ...empty }
}

function heading(name: StepName, { mode }: LaunchState): Pick<TimelineRow, 'name' | 'title' | 'wordy'> {
  return { name, title: titlesOf[mode][name] ?? titles[name], wordy: mode === 'net' && wordy.has(name) }
}
