import { setTimeout as sleep } from 'node:timers/promises'
import type { ContainerLines } from './container-output.ts'
import type { Attachment, DockerEngine } from './engine/engine.ts'

/** After the container has ended, its output is read to the end, unless nothing arrives for this long. */
const STALLED_MS = 10_000

/** A container's output from its start on, across lost connections. */
export class InstanceOutput {
  readonly #lines: ContainerLines
  #attachment: Attachment
  /** The engine itself ended the output: nothing is missing. */
  #isComplete = false

  constructor(lines: ContainerLines, attachment: Attachment) {
    this.#lines = lines
    this.#attachment = attachment
  }

  /** Resolves when the current connection has ended. */
  async ended(): Promise<void> {
    const { byEngine } = await this.#attachment.ended
    this.#isComplete ||= byEngine
  }

  /** Read on after a lost connection, beginning with what was printed meanwhile. */
  async resume(
    engine: DockerEngine,
    container: { id: string; startedAt?: number },
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#isComplete) return
    const reread = this.#lines.fromStart()
    const since = reread === undefined ? (this.#lines.receivedAt ?? container.startedAt ?? 0) / 1000 : 0
    this.#attachment.close()
    try {
      this.#attachment = await engine
        .followLogs(container.id, since, reread ?? this.#lines, signal)
        // With some log drivers the engine stores no output to read again.
        .catch(() => engine.attach(container.id, this.#lines, signal))
    } catch {
      // The container has ended or the engine went away again: the caller's next look shows which.
    }
  }

  /** Resolves when everything was read, or nothing has arrived for a while. */
  async drained(signal: AbortSignal): Promise<void> {
    const done = new AbortController()
    const stalled = async () => {
      for (let before = -1; before !== this.#lines.received;) {
        before = this.#lines.received
        await sleep(STALLED_MS, undefined, { signal: AbortSignal.any([done.signal, signal]) })
      }
    }
    await Promise.race([this.#attachment.ended, stalled().catch(() => undefined)])
    done.abort()
  }

  close(): void {
    this.#attachment.close()
  }
}
