import type { ContainerFacts } from './engine/engine.ts'

/**
 * The process ids of the running Slipways that own these containers. With an engine on another machine the process
 * can't be checked, so a running container counts.
 */
export function runningPids(containers: readonly Pick<ContainerFacts, 'labels' | 'state'>[], local: boolean): number[] {
  const pids = containers.flatMap(({ labels, state }) => {
    const pid = Number(labels['slipway.pid'])
    if (!Number.isInteger(pid) || pid < 1) return []
    return (local ? isAlive(pid) : state === 'running') ? [pid] : []
  })
  return [...new Set(pids)]
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, but belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
