import type { ChaincodeState } from '../../core/contract/chaincode-state.ts'
import type { BuildState, StepName } from '../../core/contract/launch-state.ts'
import type { Mode } from '../../core/contract/mode.ts'

/** The colour of a status. A word always stands beside it. */
export type Tone = 'ready' | 'wait' | 'fail' | 'info' | 'plain' | 'accent'

export interface Status {
  tone: Tone
  word: string
}

const buildSteps = new Set<StepName>(['install', 'build', 'dependencies', 'image'])

/** Whether a chaincode can be called and, if not, what it is doing. */
export function statusOf(chaincode: ChaincodeState): Status {
  const { registration, launch, exit, error } = chaincode
  if (chaincode.debugger?.pausedAt !== undefined) return { tone: 'wait', word: 'paused in the debugger' }
  if (registration.state === 'ready') return { tone: 'ready', word: 'ready' }
  if (registration.state !== 'none') return { tone: 'wait', word: registration.state }
  if (launch?.outcome === 'running') {
    const building = launch.steps.some((step) => buildSteps.has(step.name) && step.state === 'running')
    return { tone: 'info', word: building ? 'building' : 'launching' }
  }
  if (isAttached(chaincode)) return { tone: 'wait', word: chaincode.server === undefined ? 'waiting' : 'dialling' }
  if (error !== undefined) return { tone: 'fail', word: exit === undefined ? 'failed' : 'exited' }
  return { tone: 'plain', word: 'stopped' }
}

/** The newest build if it failed and that still matters: restoring the source of the serving build resolves it. */
export function failedBuild({ builds, error }: ChaincodeState): BuildState | undefined {
  return builds[0]?.state === 'failed' && error !== undefined ? builds[0] : undefined
}

/** Whether this chaincode or its newest build failed. */
export function needsAttention(chaincode: ChaincodeState): boolean {
  return failedBuild(chaincode) !== undefined || statusOf(chaincode).tone === 'fail'
}

/** The build that answers calls. */
export function servingBuild(chaincode: ChaincodeState): BuildState | undefined {
  return serves(chaincode) ? chaincode.builds.find((build) => build.state === 'serving') : undefined
}

/** Whether one of Slipway's builds answers calls: nothing may be connected, or a process that the author started. */
function serves({ registration, process, container }: ChaincodeState): boolean {
  return registration.state === 'ready' && (process !== undefined || container !== undefined)
}

const buildWords: Record<BuildState['state'], Status> = {
  building: { tone: 'info', word: 'building' },
  launching: { tone: 'info', word: 'launching' },
  serving: { tone: 'ready', word: 'serving' },
  'was-ready': { tone: 'plain', word: 'was ready' },
  failed: { tone: 'fail', word: 'failed' },
  aborted: { tone: 'plain', word: 'aborted' },
}

export function buildStatus(build: BuildState, chaincode: ChaincodeState): Status {
  if (build.state === 'serving' && !serves(chaincode)) return { tone: 'plain', word: 'last good' }
  // What it was built from is gone, and its failure with it.
  if (build.savedBackTo !== undefined) return { ...buildWords[build.state], tone: 'plain' }
  return buildWords[build.state]
}

/** Whether the author starts it. Slipway always starts containers itself. */
export function isAttached({ mode, startedBy }: ChaincodeState): boolean {
  return mode === 'dev' && startedBy === 'you'
}

/** The author's own process serves, and the sources say something else by now. */
export function isOlderThanSource(chaincode: ChaincodeState): boolean {
  return isAttached(chaincode) && chaincode.registration.state === 'ready' && chaincode.savedAt !== undefined
}

/** Whether it waits for the author's own process to connect. */
export function isWaiting(chaincode: ChaincodeState): boolean {
  return isAttached(chaincode) && chaincode.registration.state === 'none'
}

/** The mode that a running launch switches to. */
export function modeToCome({ launch, mode }: ChaincodeState): Mode | undefined {
  return launch?.outcome === 'running' && launch.reason === 'mode' && launch.mode !== mode ? launch.mode : undefined
}
