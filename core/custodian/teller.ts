import { reportLaunch, type LaunchReport } from '../facts/launch-report.ts'
import { PeerError } from '../contract/error.ts'
import type { LaunchCommand, Mode } from '../contract/state.ts'
import { commandFor } from './launch-command.ts'
import type { Project } from '../project/project.ts'
import { openedState, settingsOf } from './chaincode-facts.ts'
import type { CustodianParts, ReloadSteps } from './parts.ts'

type TellerParts = Pick<CustodianParts, 'emit' | 'address' | 'mspId' | 'outputFile' | 'nextLaunchId'>

/** Tells one chaincode's facts: that it is open, what it is set to, its launches, and what is wrong with it. */
export class Teller {
  readonly #name: string
  readonly #parts: TellerParts
  /** Something is told to be wrong. */
  #wrong = false

  constructor(name: string, parts: TellerParts) {
    this.#name = name
    this.#parts = parts
  }

  /** How its author would start it. */
  command(project: Project): LaunchCommand {
    const { address, mspId, outputFile } = this.#parts
    return commandFor(project, address, mspId, { output: outputFile(project) })
  }

  opened(project: Project, watched: boolean): void {
    const chaincode = openedState(project, this.command(project), watched)
    this.#parts.emit({ type: 'chaincode.opened', chaincode })
  }

  changed(project: Project): void {
    const changes = settingsOf(project, this.command(project))
    this.#parts.emit({ type: 'chaincode.changed', name: this.#name, changes })
  }

  launch(launch: Parameters<ReloadSteps['begin']>[0] & { mode: Mode }): LaunchReport {
    return reportLaunch(this.#parts.emit, { ...launch, name: this.#name, id: this.#parts.nextLaunchId() })
  }

  /** What is wrong now; undefined: nothing any more. */
  error(error: unknown): void {
    const told = error === undefined ? undefined : PeerError.from(error)
    // What was aborted was replaced by something newer, which speaks for itself.
    if (told?.code === 'ABORTED' || (told === undefined && !this.#wrong)) return
    this.#wrong = told !== undefined
    this.#parts.emit({ type: 'chaincode.error', name: this.#name, error: told?.toJSON() })
  }
}
