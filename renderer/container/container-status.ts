import type { ContainerState } from '../../core/contract/run-state.ts'
import type { Status } from '../parts/status.ts'

const words: Record<ContainerState['state'], Status> = {
  created: { tone: 'info', word: 'created' },
  running: { tone: 'ready', word: 'running' },
  paused: { tone: 'wait', word: 'paused' },
  exited: { tone: 'fail', word: 'exited' },
  lost: { tone: 'wait', word: 'unknown' },
}

export function containerStatus(container: ContainerState): Status {
  const status = words[container.state]
  const code = container.exitCode
  if (container.state !== 'exited' || code === undefined) return status
  return { tone: code === 0 ? 'plain' : 'fail', word: `exited with code ${code}` }
}

/** A share of one processor: `3%`, `0.4%`, `150%`. */
export function cpuShare(cpu: number): string {
  const percent = cpu * 100
  return `${percent > 0 && percent < 9.95 ? percent.toFixed(1).replace(/\.0$/, '') : Math.round(percent)}%`
}

/** The command that resumes a paused container, on the same engine as the other commands. */
export function unpauseCommand({ commands, name }: ContainerState): string {
  const docker = commands.inspect.split(/ (?:container )?inspect /)[0] ?? 'docker'
  return `${docker} unpause ${name}`
}
