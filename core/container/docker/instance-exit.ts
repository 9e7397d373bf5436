import { seconds } from '../../process/child.ts'
import type { InstanceExit } from '../../process/print-line.ts'
import type { ContainerFacts } from './engine/engine.ts'

/** What is known of how a container ended. */
export interface ContainerEnd {
  at: number
  startedAt: number
  /** Undefined where the engine could not be asked, or the container is gone. */
  code: number | undefined
  facts: Pick<ContainerFacts, 'oomKilled' | 'memoryLimit' | 'error'> | undefined
  /** By Slipway. */
  stopped: boolean
  /** It ended while its engine did not answer. */
  away?: boolean
  /** What happened where nothing is known of it: `was removed`. */
  unknown?: string
  lastLines: string[]
}

/** How a container ended, in words. */
export function instanceExit(end: ContainerEnd): InstanceExit {
  const signal = signalOf(end.code)
  const lived = seconds(Math.max(0, end.at - end.startedAt))
  const oomKilled = end.facts?.oomKilled === true && signal === 'SIGKILL'
  return {
    at: end.at,
    code: end.code ?? null,
    signal,
    ...(oomKilled ? { oomKilled } : {}),
    lastLines: end.lastLines,
    words: `${words(end, signal, oomKilled)} after ${lived}${end.away === true ? ', while the Docker engine was away' : ''}`,
  }
}

function words(end: ContainerEnd, signal: string | null, oomKilled: boolean): string {
  if (end.stopped) return 'was stopped'
  if (oomKilled) {
    const limit = end.facts?.memoryLimit
    return `was killed for using more ${limit === undefined ? 'memory than there is' : `than ${megabytes(limit)} of memory`}`
  }
  if (end.code === undefined) return end.unknown ?? 'ended'
  return signal === null ? `exited with code ${end.code}` : `was killed by ${signal}`
}

/** Of Linux, which every container runs, whatever this machine does. */
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

/** A shell's way to say so, and Docker's: 128 and the signal's number. */
function signalOf(code: number | undefined): string | null {
  return code === undefined ? null : (SIGNALS[code - 128] ?? null)
}

function megabytes(bytes: number): string {
  const megabyte = 1024 * 1024
  return `${bytes % megabyte === 0 ? bytes / megabyte : (bytes / megabyte).toFixed(1)} MB`
}
