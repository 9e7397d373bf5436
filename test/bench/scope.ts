import { mkdtemp, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copyFixture, type FixtureName, type Readiness } from '../support/fixtures.ts'
import { removeFolder } from '../support/temp.ts'

/** What a row started and made, undone in reverse when the row is over or the bench is interrupted. */
export class Scope {
  readonly #undo: (() => unknown)[] = []
  #closed: Promise<void> | undefined

  defer(undo: () => unknown): void {
    this.#undo.push(undo)
  }

  /** A folder of this row's own. */
  async folder(name: string): Promise<string> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), `slipway-bench-${name}-`)))
    this.defer(() => removeFolder(folder))
    return folder
  }

  /** A copy of an example or a test chaincode. */
  async chaincode(name: FixtureName, readiness: Readiness = 'installed'): Promise<string> {
    const folder = join(await this.folder('chaincode'), name)
    await copyFixture(name, readiness, folder)
    return folder
  }

  /** Idempotent. What cannot be undone does not keep the rest from being undone; what went wrong is thrown at the end. */
  close(): Promise<void> {
    this.#closed ??= (async () => {
      const errors: unknown[] = []
      for (const undo of this.#undo.reverse()) {
        try {
          await undo()
        } catch (error) {
          errors.push(error)
        }
      }
      if (errors.length > 0)
        throw new AggregateError(errors, `not all could be undone: ${errors.map(String).join('; ')}`)
    })()
    return this.#closed
  }
}
