import type { Printed } from '../../contract/cause.ts'
import { seconds } from '../../process/child.ts'
import type { InstanceExit } from '../../process/print-line.ts'
import type { OutOfMemory } from './out-of-memory.ts'

/** What is known of how a container ended. */
export interface ContainerEnd {
  at: number
  startedAt: number
  /** Undefined if the engine didn't answer or the container is gone. */
  code: number | undefined
  facts: { outOfMemory: OutOfMemory; memoryLimit?: number | undefined } | undefined
  /** By Slipway. */
  stopped: boolean
  /** It ended while the engine didn't answer. */
  away?: boolean
  /** The words to use without an exit code: `was removed`. */
  unknown?: string
  printed: Printed
}

/** How a container ended, in words. */
export function instanceExit(end: ContainerEnd): InstanceExit {
  const signal = signalOf(end.code)
  const lived = seconds(Math.max(0, end.at - end.startedAt))
  const outOfMemory = signal === 'SIGKILL' && (end.facts?.outOfMemory ?? false)
  const away = end.away === true ? ', while the Docker engine was away' : ''
  const exit: InstanceExit = {
    at: end.at,
    code: end.code ?? null,
    signal,
    ...end.printed,
    words: `${words(end, signal, outOfMemory)} after ${lived}${away}`,
  }
  if (outOfMemory) exit.oomKilled = true
  return exit
}

function words(end: ContainerEnd, signal: string | null, outOfMemory: OutOfMemory): string {
  if (end.stopped) return 'was stopped'
  if (outOfMemory) {
    const limit = end.facts?.memoryLimit
    const killed = outOfMemory === 'probably' ? 'was killed, probably for using more' : 'was killed for using more'
    return `${killed} ${limit === undefined ? 'memory than there is' : `than ${megabytes(limit)} of memory`}`
  }
  if (end.code === undefined) return end.unknown ?? 'ended'
  return signal === null ? `exited with code ${end.code}` : `was killed by ${signal}`
}

/** Linux's signals: every container runs Linux, whatever this machine runs. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  10: 'SIGUSR1',
  11: 'SIGSEGV',
  12: 'SIGUSR2',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
}

/** Shells and Docker report a signal as 128 plus its number. */
function signalOf(code: number | undefined): string | null {
  return code === undefined ? null : (SIGNALS[code - 128] ?? null)
}

function megabytes(bytes: number): string {
  const megabyte = 1024 * 1024
  return `${bytes % megabyte === 0 ? bytes / megabyte : (bytes / megabyte).toFixed(1)} MB`
}
