import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'

/**
 * Start a program; resolves once the system has. Rejects with the system's error, whichever way Node reports it: some
 * refusals it throws, others come as an event.
 */
export async function spawned(program: string, args: readonly string[], options: SpawnOptions): Promise<ChildProcess> {
  const child = spawn(program, args, options)
  await once(child, 'spawn')
  return child
}
