import { readFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../contract/error-message.ts'
import { connectDelve, type DelveClient } from './delve-client.ts'
import type { WatchedProgram } from './runtime.ts'

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
 */
export async function watchDelve(port: number, paused: (stands: boolean) => void): Promise<WatchedProgram> {
  const client = await connectDelve(port)
  const { Pid: pid } = await client.call<{ Pid: number }>('ProcessPid')
  let hasBegun: () => void = () => undefined
  const begun = new Promise<void>((resolve) => (hasBegun = resolve))
  const ended = begun.then(() => follow(client, pid, paused)).finally(() => client.close())
  return {
    pid,
    ended,
    begin() {
      goOn(client)
      hasBegun()
    },
    abandon: () => abandon(client).catch(() => undefined),
    close: () => client.close(),
  }
}

/** Until it ends. */
async function follow(client: DelveClient, pid: number, paused: (stands: boolean) => void): Promise<End> {
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
        const isGone = await hasEnded(pid)
        if ((await stateOf(client, true)).Running) break
        // Killed while it stands: Delve would learn of it only when it let it go on.
        if (isGone) throw new Exited(-constants.signals.SIGKILL)
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
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The state follows the name, which may hold anything.
  return /^(?:$|[ZX])/.test(stat.slice(stat.lastIndexOf(')') + 2))
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

async function abandon(client: DelveClient): Promise<void> {
  // While it runs, Delve answers nothing about breakpoints. One that stands may not be told to halt: it would do so later.
  if ((await stateOf(client, true)).Running) await client.call('Command', { name: 'halt' })
  // A step that was under way would be gone on with.
  await client.call('CancelNext').catch(() => undefined)
  const { Breakpoints } = await client.call<{ Breakpoints: { id: number }[] | null }>('ListBreakpoints')
  for (const { id } of Breakpoints ?? []) {
    // Delve's own are below zero.
    if (id > 0) await client.call('ClearBreakpoint', { Id: id })
  }
  goOn(client)
}
