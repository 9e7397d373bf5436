import { canonicalName } from '../ccprovider/cc-context.ts'
import { printedIn, type Printed } from '../contract/cause.ts'
import { PeerError } from '../contract/error.ts'
import type { LaunchCommand } from '../contract/run-state.ts'
import type { LaunchReason } from '../contract/launch-state.ts'
import type { Mode } from '../contract/mode.ts'
import { reportLaunch, type LaunchReport } from '../facts/launch-report.ts'
import type { InstanceExit } from '../process/print-line.ts'
import type { Project } from '../project/project.ts'
import { shownOutputFile } from './author-output.ts'
import { openedState, settingsOf } from './chaincode-facts.ts'
import { commandFor } from './launch-command.ts'
import type { CustodianWorld } from './world.ts'

/** A launch as its timeline begins. */
export interface LaunchBegun {
  build: number
  mode: Mode
  reason: LaunchReason
  files: string[]
  startedAt: number
}

/** Reports one chaincode's facts: that it is open, its settings, its launches, and what is wrong with it. */
export class Reporter {
  readonly #name: string
  readonly #world: Pick<CustodianWorld, 'emit' | 'address' | 'config' | 'usualTimes'>
  #launches = 0
  /** An error was reported and not yet withdrawn. */
  #hasError = false
  #savedAt: number | undefined
  /** By the author's process, until it connects or another one is started. */
  #printed: Printed | undefined

  constructor(name: string, world: Pick<CustodianWorld, 'emit' | 'address' | 'config' | 'usualTimes'>) {
    this.#name = name
    this.#world = world
  }

  /** How its author would start it. */
  command(project: Project): LaunchCommand {
    const { address, config } = this.#world
    return commandFor(project, address, config.mspId, { output: shownOutputFile(project, config.dataDir) })
  }

  opened(project: Project, watched: boolean): void {
    const chaincode = openedState(project, this.command(project), watched)
    this.#world.emit({ type: 'chaincode.opened', chaincode })
  }

  settings(project: Project): void {
    const changes = settingsOf(project, this.command(project))
    const { server = null } = changes
    this.#world.emit({ type: 'chaincode.changed', name: this.#name, changes: { ...changes, server } })
  }

  /** How its author starts it for the other organisations; `addresses`: where each connects, by MSP id. */
  commands(project: Project, addresses: ReadonlyMap<string, string>): void {
    const { config } = this.#world
    const output = shownOutputFile(project, config.dataDir)
    const commands = Object.fromEntries(
      [...addresses].map(([mspId, address]) => [mspId, commandFor(project, address, mspId, { output })]),
    )
    this.#world.emit({ type: 'chaincode.changed', name: this.#name, changes: { commands } })
  }

  /** When the author's process became older than the sources; undefined: it isn't. */
  savedAt(savedAt: number | undefined): void {
    if (savedAt === this.#savedAt) return
    this.#savedAt = savedAt
    this.#world.emit({ type: 'chaincode.changed', name: this.#name, changes: { savedAt: savedAt ?? null } })
  }

  /** How the process that its author started ended, as far as anybody can see; undefined: another one was started. */
  authorsEnded(exit: InstanceExit | undefined): void {
    this.#printed = exit?.cause === undefined ? undefined : printedIn(exit)
    if (exit !== undefined) this.#world.emit({ type: 'process.exited', name: this.#name, pid: 0, exit })
  }

  /** Its author starts it, and nothing serves. */
  notConnected(project: Project): PeerError {
    const address = project.server ?? this.#world.address
    const { text: command } = this.command(project)
    return new PeerError('NOT_CONNECTED', {
      canonicalName: canonicalName(project),
      address,
      command,
      ...this.#printed,
    })
  }

  closed(): void {
    this.#world.emit({ type: 'chaincode.closed', name: this.#name })
  }

  launch(launch: LaunchBegun): LaunchReport {
    const { emit, usualTimes } = this.#world
    const id = (this.#launches += 1)
    return reportLaunch(emit, { ...launch, name: this.#name, id }, usualTimes.of(this.#name))
  }

  /** What is wrong now; undefined: nothing is. */
  error(thrown: unknown): void {
    const error = thrown === undefined ? undefined : PeerError.from(thrown)
    // What was aborted was replaced by something newer, which reports for itself.
    if (error?.code === 'ABORTED' || (error === undefined && !this.#hasError)) return
    this.#hasError = error !== undefined
    this.#world.emit({ type: 'chaincode.error', name: this.#name, error: error?.toJSON() })
  }
}
