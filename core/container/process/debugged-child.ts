import type { Debugged, DebuggedProgram } from '../../debugger/debugged.ts'
import { now } from '../../facts/clock.ts'
import { waitFor } from '../../facts/wait.ts'
import { environment } from '../../platforms/environment.ts'
import { endWords, killTree, type Child } from '../../process/child.ts'
import type { Guard } from '../../process/guardian.ts'
import type { PrintLine } from '../../process/print-line.ts'
import { killOtherGroups } from '../../process/session.ts'
import type { ProcessSpec } from './process-spec.ts'

/** What a start under a debugger needs. */
export interface DebuggedStart {
  line: PrintLine
  guard: Guard | undefined
  /** Starts what it is given, as without a debugger. */
  start(spec: ProcessSpec, line: PrintLine): Promise<Child>
  /** Called at once for what was started, and where that is a debugger, also for the program, once it is known. */
  started(child: Child): void
}

/**
 * Start a chaincode under its debugger, which reads along what it prints. Where the debugger is a process of its own, the
 * chaincode that it has started is the child that is returned, and both end together.
 * Throws what starting throws, DEBUG_FAILED, and the signal's reason; then nothing runs.
 */
export async function startDebugged(
  spec: ProcessSpec,
  debugged: Debugged,
  { line, guard, start, started }: DebuggedStart,
  signal: AbortSignal,
): Promise<Child> {
  const read: PrintLine = (printed) => {
    debugged.printed(printed.text)
    line(printed)
  }
  try {
    const { argv, env } = await debugged.started(spec.argv, environment({ ...spec.built.project.env, ...spec.env }))
    const child = await start({ ...spec, argv, env }, read)
    started(child)
    void child.exited.then(() => debugged.ended())
    try {
      const program = await waitFor(debugged.program(), { signal })
      if (program === undefined) return child
      const both = await together(child, program, guard)
      started(both)
      return both
    } catch (error) {
      // What it has started so far, and what it did just before its own end.
      await killOtherGroups(child.pid)
      await child.kill()
      await killOtherGroups(child.pid)
      throw error
    }
  } catch (error) {
    debugged.ended()
    throw error
  }
}

/**
 * The program as a child whose end is also its debugger's. It has a group of its own, so neither the end of the debugger's
 * group nor the guardian's knowledge of that one would end it.
 */
async function together(debuggerChild: Child, program: DebuggedProgram, guard: Guard | undefined): Promise<Child> {
  const { pid } = program
  await guard?.watch(pid)
  const startedAt = now()
  let isStopped = false
  const exited = Promise.race([program.ended, debuggerChild.exited.then(() => undefined)]).then(async (end) => {
    const at = now()
    // Where it has ended by itself, this ends what it has started, as without a debugger.
    killTree(pid)
    guard?.forget(pid)
    // It lives on after its program, and has its output.
    await debuggerChild.stop()
    const own = await debuggerChild.exited
    if (end === undefined || isStopped) return own
    return { at, ...end, words: endWords(end, at - startedAt) }
  })
  program.begin()
  const stopped = (end: () => Promise<void>) => async () => {
    isStopped = true
    await end()
    await exited
  }
  return {
    ...debuggerChild,
    pid,
    startedAt,
    exited,
    stop: stopped(() => debuggerChild.stop()),
    kill: stopped(() => debuggerChild.kill()),
  }
}
