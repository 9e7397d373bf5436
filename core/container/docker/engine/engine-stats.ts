import type { ContainerStats } from './engine.ts'

/** The part of `GET /containers/{id}/stats` that is read. */
interface EngineStats {
  memory_stats?: MemoryStats
  cpu_stats?: CpuStats
  /** Of the previous sample. */
  precpu_stats?: CpuStats
}

interface MemoryStats {
  usage?: number
  limit?: number
  stats?: { inactive_file?: number; total_inactive_file?: number }
}

interface CpuStats {
  cpu_usage?: { total_usage?: number; percpu_usage?: number[] | null }
  system_cpu_usage?: number
  online_cpus?: number
}

/** A sample as `docker stats` computes it; undefined without a memory figure, as from a container that has ended. */
export function readStats(sample: unknown): ContainerStats | undefined {
  const { memory_stats: memory = {}, cpu_stats: cpu = {}, precpu_stats: previous = {} } = sample as EngineStats
  if (memory.usage === undefined) return undefined
  return {
    memory: Math.max(0, memory.usage - pageCache(memory)),
    memoryLimit: memory.limit ?? 0,
    cpu: processors(cpu, previous),
  }
}

/** The part of it that could be freed at once. */
function pageCache({ stats }: MemoryStats): number {
  return stats?.total_inactive_file ?? stats?.inactive_file ?? 0
}

/** Processor time used per time passed: 1.5 is one and a half processors; 0 without a previous sample. */
function processors(cpu: CpuStats, previous: CpuStats): number {
  if (previous.system_cpu_usage === undefined) return 0
  const used = totalUsage(cpu) - totalUsage(previous)
  const passed = (cpu.system_cpu_usage ?? 0) - previous.system_cpu_usage
  return passed > 0 && used >= 0 ? (used / passed) * processorCount(cpu) : 0
}

function totalUsage({ cpu_usage: usage }: CpuStats): number {
  return usage?.total_usage ?? 0
}

function processorCount({ online_cpus: online, cpu_usage: usage }: CpuStats): number {
  return online ?? usage?.percpu_usage?.length ?? 1
}
