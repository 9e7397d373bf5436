import type { ContainerState } from '../../contract/run-state.ts'
import type { ContainerStats, DockerEngine } from './engine/engine.ts'

/** What a container uses; without a limit if it may use all of the machine's memory. */
export type MeasuredStats = Required<Pick<ContainerState, 'memory' | 'cpu'>> & Pick<ContainerState, 'memoryLimit'>

/** Smaller changes are not worth an event. */
const MEMORY_STEP = 256 * 1024
const CPU_STEP = 0.01

/** Report a container's use of memory and processor about once a second if it changed, until the signal. */
export async function watchStats(
  engine: DockerEngine,
  container: string,
  isLimited: boolean,
  onChange: (stats: MeasuredStats) => void,
  signal: AbortSignal,
): Promise<void> {
  let reported: MeasuredStats | undefined
  const onStats = ({ memory, memoryLimit, cpu }: ContainerStats) => {
    const stats: MeasuredStats = { memory, cpu }
    if (isLimited) stats.memoryLimit = memoryLimit
    if (signal.aborted || (reported !== undefined && isSimilar(reported, stats))) return
    reported = stats
    onChange(stats)
  }
  try {
    await engine.stats(container, onStats, signal)
  } catch {
    // The container or the engine has ended; both are reported elsewhere.
  }
}

function isSimilar(a: MeasuredStats, b: MeasuredStats): boolean {
  return (
    Math.abs(a.memory - b.memory) < MEMORY_STEP && Math.abs(a.cpu - b.cpu) < CPU_STEP && a.memoryLimit === b.memoryLimit
  )
}
