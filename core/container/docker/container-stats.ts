import type { ContainerState } from '../../contract/state.ts'
import type { ContainerStats, DockerEngine } from './engine/engine.ts'

/** What a container uses; no limit where it may use all there is. */
export type MeasuredStats = Required<Pick<ContainerState, 'memory' | 'cpu'>> & Pick<ContainerState, 'memoryLimit'>

/** Smaller changes are not worth an event. */
const MEMORY_STEP = 256 * 1024
const CPU_STEP = 0.01

/** Tell a container's memory and processor time about once a second, where they changed, until the signal. */
export async function watchStats(
  engine: DockerEngine,
  container: string,
  isLimited: boolean,
  tell: (stats: MeasuredStats) => void,
  signal: AbortSignal,
): Promise<void> {
  let told: MeasuredStats | undefined
  const heard = ({ memory, memoryLimit, cpu }: ContainerStats) => {
    const stats = { memory, cpu, ...(isLimited ? { memoryLimit } : {}) }
    if (signal.aborted || (told !== undefined && isAlike(told, stats))) return
    told = stats
    tell(stats)
  }
  try {
    await engine.stats(container, heard, signal)
  } catch {
    // It has ended, or the engine has: both are told elsewhere.
  }
}

function isAlike(a: MeasuredStats, b: MeasuredStats): boolean {
  return (
    Math.abs(a.memory - b.memory) < MEMORY_STEP && Math.abs(a.cpu - b.cpu) < CPU_STEP && a.memoryLimit === b.memoryLimit
  )
}
