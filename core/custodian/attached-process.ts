import { now } from '../facts/clock.ts'
import type { Dialing } from '../comm/keep-dialing.ts'
import type { PeerError } from '../contract/error.ts'
import type { AuthorOutput } from './author-output.ts'
import { seconds } from '../process/child.ts'
import type { InstanceExit } from '../process/print-line.ts'
import { SourceAge, type SourceAgeParts } from './source-age.ts'

/** The process that its author starts: Slipway sees it connect or connects to it, reads its output, and sees it go. */
export class AttachedProcess {
  readonly #follow: () => Promise<AuthorOutput>
  readonly #dial: () => Dialing | undefined
  readonly #ended: (exit: InstanceExit) => void
  readonly #age: SourceAge
  #output: AuthorOutput | undefined
  #dialing: Dialing | undefined
  #connectedAt = 0
  #last: Promise<void> = Promise.resolve()

  /** `dial`: keep connecting to it, if it is a server. */
  constructor(
    follow: () => Promise<AuthorOutput>,
    dial: () => Dialing | undefined,
    ended: (exit: InstanceExit) => void,
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
      this.#output = await this.#follow()
      this.#dialing = this.#dial()
    })
  }

  connected(): void {
    this.#connectedAt = now()
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
