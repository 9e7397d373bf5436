import type { LaunchState, LaunchStep, Mode, StepName } from '../../core/contract/state.ts'

/** A line of the launch timeline. */
export interface TimelineRow {
  name: StepName
  title: string
  /** `pending`: not reached yet; `missed`: the launch ended without it. */
  state: LaunchStep['state'] | 'pending' | 'missed'
  note?: string
  /** Its note has a line of its own. */
  wordy: boolean
  /** Since when it runs, where it does. */
  since?: number
  durationMs?: number
  /** Where its bar begins and how long it is, in hundredths of the whole. */
  left: number
  width: number
  /** It took most of the time. */
  own: boolean
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

/** What a process has nothing of: in dev mode one line stands for all of it. */
const onlyInNet = new Set<StepName>(['dependencies', 'image', 'create', 'attach'])
/** Told in words while they run, on a line of their own. */
const wordy = new Set<StepName>(['dependencies', 'image'])
/** Done on the host: in net mode only where the package needs what they make. */
const onHost = new Set<StepName>(['install', 'build'])

/** In the order of a launch. All are shown from the beginning, so that the list does not grow while it runs. */
const onTheWay: StepName[] = ['start', 'dial', 'registered', 'ready']
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
    ...onTheWay,
  ],
  // What is packaged is what was built, whatever runs.
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
    ...onTheWay,
  ],
}

/** A step that takes this share of the launch is one that an author would look at. */
const LARGE_SHARE = 0.3
const SHORTEST_BAR = 0.8

/** A launch as a waterfall, at a time. `dials`: of chaincode as a service, which the peer connects to. */
export function timeline(launch: LaunchState, now: number, { dials = false } = {}): TimelineRow[] {
  const begin = Math.min(launch.startedAt, ...launch.steps.map((step) => step.startedAt))
  const end = Math.max(launch.endedAt ?? now, begin + 1, ...launch.steps.map((step) => step.endedAt ?? 0))
  const total = end - begin
  const longest = Math.max(0, ...launch.steps.map((step) => (step.endedAt ?? end) - step.startedAt))
  const rows: TimelineRow[] = []
  for (const name of order[launch.mode]) {
    const step = launch.steps.find((one) => one.name === name)
    if (step === undefined) {
      if (isExpected(name, launch, dials)) rows.push(unreached(name, launch))
      continue
    }
    if (launch.mode === 'dev' && onlyInNet.has(name) && name !== 'image') continue
    const span = (step.endedAt ?? end) - step.startedAt
    const left = Math.min(((step.startedAt - begin) / total) * 100, 100 - SHORTEST_BAR)
    const shown = step.state === 'done' || step.state === 'failed' || step.state === 'running'
    rows.push({
      ...heading(name, launch),
      state: step.state,
      ...(step.note === undefined ? {} : { note: step.note }),
      ...(step.state === 'running' ? { since: step.startedAt } : {}),
      ...(step.endedAt === undefined || step.state === 'skipped' ? {} : { durationMs: span }),
      left,
      width: shown ? Math.min(100 - left, Math.max(SHORTEST_BAR, (span / total) * 100)) : 0,
      own: shown && (span === longest || span / total >= LARGE_SHARE),
    })
  }
  return rows
}

/** Whether a launch like this one would have such a step. Where a process connects by itself nothing comes before. */
function isExpected(name: StepName, { reason, mode }: LaunchState, dials: boolean): boolean {
  if (name === 'dial') return dials
  if (reason === 'connected') return name === 'registered' || name === 'ready'
  if (name === 'source-changed') return reason === 'saved'
  if (mode === 'dev') return name === 'image' || !onlyInNet.has(name)
  return !onHost.has(name)
}

function unreached(name: StepName, launch: LaunchState): TimelineRow {
  const states = { running: 'pending', ready: 'skipped', failed: 'missed', aborted: 'missed' } as const
  const place = { left: 0, width: 0, own: false }
  if (launch.mode === 'dev' && onlyInNet.has(name)) {
    return { ...heading(name, launch), state: 'skipped', note: 'only in net mode', ...place }
  }
  return { ...heading(name, launch), state: states[launch.outcome], ...place }
}

function heading(name: StepName, { mode }: LaunchState): Pick<TimelineRow, 'name' | 'title' | 'wordy'> {
  return { name, title: titlesOf[mode][name] ?? titles[name], wordy: mode === 'net' && wordy.has(name) }
}
