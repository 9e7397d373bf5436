import { readFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { waitFor } from '../facts/wait.ts'
import { connectDelve, type DelveClient } from './delve-client.ts'
import type { WatchedProgram } from './runtime.ts'

/** How long Delve may take to answer what it can answer at once. */
const ANSWER_MS = 20_000
/** How often to ask whether a program that stands goes on: Delve tells no client but the one that lets it. */
const ASK_MS = 100

type End = Awaited<WatchedProgram['ended']>

/** As far as it is needed (api.DebuggerState). */
interface State {
  Running: boolean
  exited: boolean
  exitStatus: number
}

/**
 * The program of a Delve that was started without `--continue`, so that it stands before its first instruction. A client of
 * its own sees it stop and end whoever made it, an editor that speaks DAP or Delve's API, or nobody: breakpoints stay in it
 * when the editor that set them has left, and Delve itself stops at a panic before that is printed.
 * @param paused it stands, said again and again, or goes on
 * @throws PeerError DEBUG_FAILED
 */
export async function watchDelve(
  port: number,
  paused: (stands: boolean) => void,
  isContained = false,
): Promise<WatchedProgram> {
  const client = connectDelve(port)
  const pid = await pidOf(client).catch((error: unknown) => {
    client.close()
    throw new PeerError('DEBUG_FAILED', { reason: messageOf(error) }, { cause: error })
  })
  let hasBegun: () => void = () => undefined
  const begun = new Promise<void>((resolve) => (hasBegun = resolve))
  // A container numbers its processes itself.
  const isGone = () => (isContained ? Promise.resolve(false) : hasEnded(pid))
  const ended = begun.then(() => follow(client, isGone, paused)).finally(() => client.close())
  return {
    pid,
    ended,
    begin() {
      goOn(client)
      hasBegun()
    },
    abandon: () => abandonInTime(client),
    close: () => client.close(),
  }
}

async function pidOf(client: DelveClient): Promise<number> {
  const answer = await waitFor(client.call<{ Pid?: unknown } | undefined>('ProcessPid'), { deadlineMs: ANSWER_MS })
  const pid = answer?.Pid
  // It will be killed as a group, and 0 and 1 would be Slipway's own group and every process there is.
  if (typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 1) return pid
  throw new Error('Delve doesn’t say which process it has started.')
}

/** Until it ends. */
async function follow(
  client: DelveClient,
  isGone: () => Promise<boolean>,
  paused: (stands: boolean) => void,
): Promise<End> {
  try {
    for (;;) {
      // Answered when it stops.
      await stateOf(client, false)
      // An editor also stops it for a moment, to set breakpoints.
      await sleep(ASK_MS)
      if ((await stateOf(client, true)).Running) continue
      for (;;) {
        paused(true)
        await sleep(ASK_MS)
        // Asked first: a program that ran on has ended as Delve says then.
        const wasGone = await isGone()
        if ((await stateOf(client, true)).Running) break
        // Killed while it stands: Delve would learn of it only when it let it go on.
        if (wasGone) throw new Exited(-constants.signals.SIGKILL)
      }
      paused(false)
    }
  } catch (error) {
    return error instanceof Exited ? error.end : undefined
  }
}

/** @throws Exited, and Error where Delve has gone or let go of it */
async function stateOf(client: DelveClient, NonBlocking: boolean): Promise<State> {
  const state = await client
    .call<{ State: State }>('State', { NonBlocking })
    .then(({ State: found }) => found)
    .catch((error: unknown) => {
      // proc.ErrProcessExited
      const status = /has exited with status (-?\d+)/.exec(messageOf(error))?.[1]
      throw status === undefined ? error : new Exited(Number(status))
    })
  if (state.exited) throw new Exited(state.exitStatus)
  return state
}

/** Its parent is Delve, which hasn't looked yet: then it is a zombie. */
async function hasEnded(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return false
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The state follows the name, which may hold anything.
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
  } catch (error) {
    // Anything else, such as too many open files, tells nothing.
    return ['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')
  }
}

class Exited extends Error {
  readonly end: NonNullable<End>

  /** `status`: negative where a signal ended it. */
  constructor(status: number) {
    super(`exited with ${status}`)
    const signal = Object.entries(constants.signals).find(([, number]) => number === -status)?.[0]
    this.end = status < 0 ? { code: null, signal: signal ?? String(-status) } : { code: status, signal: null }
  }
}

/** Delve answers when it stops again, which is seen otherwise. */
function goOn(client: DelveClient): void {
  client.call('Command', { name: 'continue' }).catch(() => undefined)
}

/** Where Delve doesn't answer in time, no more is asked of it: an editor may have come. Never rejects. */
async function abandonInTime(client: DelveClient): Promise<void> {
  const late = new AbortController()
  await waitFor(abandon(client, late.signal), { deadlineMs: ANSWER_MS }).catch(() => late.abort())
}

async function abandon(client: DelveClient, signal: AbortSignal): Promise<void> {
  // While it runs, Delve answers nothing about breakpoints. One that stands may not be told to halt: it would do so later.
  const { Running } = await stateOf(client, true)
  signal.throwIfAborted()
  if (Running) await client.call('Command', { name: 'halt' })
  signal.throwIfAborted()
  // A step that was under way would be gone on with.
  await client.call('CancelNext').catch(() => undefined)
  signal.throwIfAborted()
  const { Breakpoints } = await client.call<{ Breakpoints: { id: number }[] | null }>('ListBreakpoints')
  for (const { id } of Breakpoints ?? []) {
    signal.throwIfAborted()
    // Delve's own are below zero.
    if (id > 0) await client.call('ClearBreakpoint', { Id: id })
  }
  signal.throwIfAborted()
  goOn(client)
}
