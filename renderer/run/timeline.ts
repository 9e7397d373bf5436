import type { LaunchState, LaunchStep, StepName } from '../../core/contract/state.ts'

/** A line of the launch timeline. */
export interface TimelineRow {
  name: StepName
  title: string
  /** `pending`: not reached yet; `missed`: the launch ended without it. */
  state: LaunchStep['state'] | 'pending' | 'missed'
  note?: string
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

/** In the order of a launch. All are shown from the beginning, so that the list does not grow while it runs. */
const order: StepName[] = [
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
  'start',
  'dial',
  'registered',
  'ready',
]

/** A step that takes this share of the launch is one that an author would look at. */
const LARGE_SHARE = 0.3
const SHORTEST_BAR = 0.8

/** A launch as a waterfall, at a time. */
export function timeline(launch: LaunchState, now: number): TimelineRow[] {
  const begin = Math.min(launch.startedAt, ...launch.steps.map((step) => step.startedAt))
  const end = Math.max(launch.endedAt ?? now, begin + 1, ...launch.steps.map((step) => step.endedAt ?? 0))
  const total = end - begin
  const longest = Math.max(0, ...launch.steps.map((step) => (step.endedAt ?? end) - step.startedAt))
  const rows: TimelineRow[] = []
  for (const name of order) {
    const step = launch.steps.find((one) => one.name === name)
    if (step === undefined) {
      if (isExpected(name, launch)) rows.push(unreached(name, launch))
      continue
    }
    const span = (step.endedAt ?? end) - step.startedAt
    const left = Math.min(((step.startedAt - begin) / total) * 100, 100 - SHORTEST_BAR)
    const shown = step.state === 'done' || step.state === 'failed' || step.state === 'running'
    rows.push({
      name,
      title: titles[name],
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

/** Whether a launch of this reason would have such a step. Where a process connects by itself nothing comes before. */
function isExpected(name: StepName, launch: LaunchState): boolean {
  if (launch.reason === 'connected') return name === 'registered' || name === 'ready'
  return name !== 'source-changed' || launch.reason === 'saved'
}

function unreached(name: StepName, launch: LaunchState): TimelineRow {
  const states = { running: 'pending', ready: 'skipped', failed: 'missed', aborted: 'missed' } as const
  return { name, title: titles[name], state: states[launch.outcome], left: 0, width: 0, own: false }
}
