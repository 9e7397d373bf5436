import { constants } from 'node:os'
import { PeerError } from '../../core/contract/error.ts'
import { onCrash } from '../host/on-crash.ts'
import { sayError } from '../host/say.ts'
import { exitCode } from './terminal/exit-code.ts'

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
  let working: Promise<number> | undefined
  let crashed: number | undefined
  const stopWatchingCrashes = onCrash({
    async end() {
      crashed = exitCode.launch
      controller.abort(new PeerError('ABORTED', { what: 'The command' }))
      await working
    },
    tell: sayError,
    exit: () => process.exit(exitCode.launch),
  })
  try {
    working = work(controller.signal)
    const code = await working
    if (crashed !== undefined) return crashed
    return received === undefined ? code : codeOf(received)
  } finally {
    stopWatchingCrashes()
    for (const signal of signals) process.off(signal, interrupt)
  }
}

function codeOf(signal: (typeof signals)[number]): number {
  return 128 + constants.signals[signal]
}
