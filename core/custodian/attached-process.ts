import { now } from '../facts/clock.ts'
import type { Dialing } from '../comm/keep-dialing.ts'
import type { PeerError } from '../contract/error.ts'
import type { AuthorOutput } from './author-output.ts'
import type { OutputListener } from '../container/process/attached-output.ts'
import { seconds } from '../process/child.ts'
import type { InstanceExit } from '../process/print-line.ts'
import { SourceAge, type SourceAgeParts } from './source-age.ts'

/** The process that its author starts: Slipway sees it connect or connects to it, reads its output, and sees it go. */
export class AttachedProcess {
  readonly #follow: (on: Omit<OutputListener, 'line'>) => Promise<AuthorOutput>
  readonly #dial: () => Dialing | undefined
  readonly #ended: (exit: InstanceExit | undefined) => void
  readonly #age: SourceAge
  #output: AuthorOutput | undefined
  #dialing: Dialing | undefined
  #connectedAt = 0
  /** Whether the process that writes the output has connected. */
  #hasConnected = false
  #last: Promise<void> = Promise.resolve()

  /** `dial`: keep connecting to it, if it is a server. `ended`: undefined when another one is started. */
  constructor(
    follow: (on: Omit<OutputListener, 'line'>) => Promise<AuthorOutput>,
    dial: () => Dialing | undefined,
    ended: (exit: InstanceExit | undefined) => void,
    sources: SourceAgeParts,
  ) {
    this.#follow = follow
    this.#dial = dial
    this.#ended = ended
    this.#age = new SourceAge(sources)
  }

  /** From now on its author starts it. */
  expect(): Promise<void> {
    return this.#afterTheLast(async () => {
      await this.#letGo()
      this.#begin()
      this.#output = await this.#follow({ begunAgain: () => this.#begin(), quiet: () => this.#quiet() })
      this.#dialing = this.#dial()
    })
  }

  connected(): void {
    this.#connectedAt = now()
    this.#hasConnected = true
    this.#ended(undefined)
    this.#age.connected()
  }

  /** The sources were saved while it runs. */
  saved(at: number): void {
    void this.#age.saved(at)
  }

  /** Its stream has ended. How the process ended is unknown: its last lines are all there is to see. */
  async disconnected(reason: PeerError): Promise<void> {
    const output = this.#output
    if (output === undefined || reason.code !== 'STREAM_TERMINATED') return
    await output.settle()
    // Meanwhile it may no longer be expected.
    if (this.#output !== output) return
    const words = `ended ${seconds(now() - this.#connectedAt)} after it connected`
    this.#ended({ at: now(), code: null, signal: null, words, ...output.printed() })
  }

  /** Its author starts another one. */
  #begin(): void {
    this.#hasConnected = false
    this.#ended(undefined)
  }

  /**
   * It prints nothing more. If it said why it fails, and has never connected, that is how it ended, as far as anybody can
   * see: the process is the author's, and whether it still runs isn't known. One that goes on after all connects, which
   * takes this back.
   */
  #quiet(): void {
    const printed = this.#hasConnected ? undefined : this.#output?.printed()
    if (printed?.cause === undefined || printed.cause.kind === 'unknown') return
    const words = 'printed an error and hasn’t connected'
    this.#ended({ at: now(), code: null, signal: null, neverConnected: true, words, ...printed })
  }

  /** Its author no longer starts it. Idempotent. */
  close(): Promise<void> {
    return this.#afterTheLast(() => this.#letGo())
  }

  async #letGo(): Promise<void> {
    const [output, dialing] = [this.#output, this.#dialing]
    this.#output = undefined
    this.#dialing = undefined
    await dialing?.close()
    await output?.close()
  }

  /** One at a time: the next has to close what this one opens. */
  #afterTheLast(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }
}
