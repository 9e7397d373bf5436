import { constants } from 'node:os'
import { PeerError } from '../../core/contract/error.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Run work until it ends or the process gets a signal. The signal aborts the work; once it has ended, the exit code is
 * what a shell expects (130 for SIGINT, 143 for SIGTERM). A second signal ends the process at once.
 */
export async function untilInterrupted(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const controller = new AbortController()
  let received: (typeof signals)[number] | undefined
  const interrupt = (signal: (typeof signals)[number]) => {
    const code = codeOf(signal)
    if (received !== undefined) process.exit(code)
    received = signal
    controller.abort(new PeerError('ABORTED', { what: 'The command' }))
  }
  for (const signal of signals) process.on(signal, interrupt)
  try {
    const code = await work(controller.signal)
    return received === undefined ? code : codeOf(received)
  } finally {
    for (const signal of signals) process.off(signal, interrupt)
  }
}

function codeOf(signal: (typeof signals)[number]): number {
  return 128 + constants.signals[signal]
}
