import { now } from '../../facts/clock.ts'
import type { BuiltProject } from '../../project/project.ts'
import { cannotRun, forPlatform } from '../../platforms/run-tool.ts'
import { printedBy } from '../../platforms/printed-by.ts'
import type { Instance, StartSteps, VM } from '../vm.ts'
import type { PrintLine } from '../../process/print-line.ts'
import type { Guard } from '../../process/guardian.ts'
import { startChild, type Child } from '../../process/child.ts'
import { groupCpuTime } from '../../process/cpu-time.ts'
import { processEnvironment, type ProcessSpec } from './process-spec.ts'
import { startDebugged } from './debugged-child.ts'
import type { WarmPool } from './warm-pool.ts'

/** One that waits uses next to nothing; on a busy machine, one that works gets little. */
const WORKING_MS = 30

/** What a ProcessVM works with. */
export interface ProcessVMParts {
  /** Output of a chaincode's process. */
  print(built: BuiltProject, line: Parameters<PrintLine>[0], mspId: string): void
  /** Ends them if Slipway is gone. */
  guard?: Guard | undefined
  /** Called for every process as it starts. */
  started?(child: Child): void
  /** Pre-warmed processes; without them every start is cold. */
  warm?: WarmPool | undefined
}

/** Runs chaincode as plain processes of this machine: managed chaincode in dev mode. */
export class ProcessVM implements VM<ProcessSpec> {
  readonly #parts: ProcessVMParts

  constructor(parts: ProcessVMParts) {
    this.#parts = parts
  }

  /** Throws TOOL_MISSING, START_FAILED, DEBUG_FAILED or the signal's reason; then nothing runs. */
  start(spec: ProcessSpec, signal: AbortSignal, { report }: StartSteps): Promise<Instance> {
    return report.step('start', () => this.#start(spec, signal))
  }

  async #start(spec: ProcessSpec, signal: AbortSignal): Promise<Instance> {
    signal.throwIfAborted()
    const parts = this.#parts
    const { built } = spec
    const line: PrintLine = (printed) => parts.print(built, printed, spec.mspId)

    const taken = await this.#takeWarm(spec, line)
    if (taken.child !== undefined) {
      taken.child.begin()
      parts.started?.(taken.child)
    }
    const child = taken.child ?? (await this.#startCold(spec, line, signal))
    if (signal.aborted) {
      await child.kill()
      signal.throwIfAborted()
    }
    let used = 0
    const isWorking = async () => {
      const before = used
      used = (await groupCpuTime(child.pid)) ?? before
      return used - before >= WORKING_MS
    }
    const printed = () => printedBy(built.project, child.kept())
    return {
      containerName: spec.containerName,
      process: {
        pid: child.pid,
        // A warm process was waiting before; from now on it is this chaincode.
        startedAt: taken.child === undefined ? child.startedAt : now(),
        build: built.build,
        start: taken.child === undefined ? 'cold' : 'warm',
        ...(taken.reason === undefined ? {} : { startReason: taken.reason }),
      },
      exited: child.exited.then((end) => ({ ...end, ...printed() })),
      printed,
      isWorking,
      stop: () => child.stop(),
    }
  }

  async #startCold(spec: ProcessSpec, line: PrintLine, signal: AbortSignal): Promise<Child> {
    const { guard, started } = this.#parts
    const start = (each: ProcessSpec, print: PrintLine) => startCold(each, print, guard)
    const debugged = await spec.debug?.()
    if (debugged !== undefined) {
      return startDebugged(spec, debugged, { line, guard, start, started: (child) => started?.(child) }, signal)
    }
    const child = await start(spec, line)
    started?.(child)
    return child
  }

  /** A warm process that took over the start, or why none did. */
  async #takeWarm(spec: ProcessSpec, line: PrintLine): Promise<{ child?: Child; reason?: string }> {
    const { warm } = spec.built
    if (warm === undefined) return {}
    if (spec.debug !== undefined) return { reason: 'under its debugger' }
    if ('reason' in warm) return { reason: warm.reason }
    if (this.#parts.warm === undefined) return { reason: 'pre-warming is switched off' }
    return this.#parts.warm.take(spec, line)
  }
}

async function startCold(spec: ProcessSpec, line: PrintLine, guard: Guard | undefined): Promise<Child> {
  const argv = [...spec.argv, ...spec.args]
  try {
    return await startChild({
      argv: forPlatform(argv),
      cwd: spec.cwd,
      env: processEnvironment(spec),
      line: (printed) => line({ ...printed, source: 'chaincode' }),
      reap: true,
      guard,
    })
  } catch (error) {
    throw cannotRun(argv, spec.cwd, error)
  }
}
