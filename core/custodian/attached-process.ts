import { now } from '../chaincode/launch-report.ts'
import type { PeerError } from '../contract/error.ts'
import type { AttachedOutput } from '../container/process/attached-output.ts'
import { seconds } from '../container/process/child.ts'
import type { InstanceExit } from '../container/vm.ts'

/** The process that its author starts: Slipway sees it connect, reads along what it prints, and sees it go. */
export class AttachedProcess {
  readonly #follow: () => Promise<AttachedOutput>
  readonly #ended: (exit: InstanceExit) => void
  #output: AttachedOutput | undefined
  #connectedAt = 0

  constructor(follow: () => Promise<AttachedOutput>, ended: (exit: InstanceExit) => void) {
    this.#follow = follow
    this.#ended = ended
  }

  /** From now on the author starts it. */
  async expect(): Promise<void> {
    await this.close()
    this.#output = await this.#follow()
  }

  connected(): void {
    this.#connectedAt = now()
  }

  /** Its stream has ended. Nobody tells how the process did: what it printed last is all there is to see. */
  async disconnected(reason: PeerError): Promise<void> {
    if (this.#output === undefined || reason.code !== 'STREAM_TERMINATED') return
    await this.#output.settle()
    const words = `ended ${seconds(now() - this.#connectedAt)} after it connected`
    this.#ended({ at: now(), code: null, signal: null, lastLines: this.#output.lastLines(), words })
  }

  /** The author starts it no more. Idempotent. */
  async close(): Promise<void> {
    const output = this.#output
    this.#output = undefined
    await output?.close()
  }
}
