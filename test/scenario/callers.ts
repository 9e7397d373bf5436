import { setImmediate as turn } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { PeerError } from '../../core/contract/error.ts'
import type { Opened } from './author.ts'

/** Callers that ask for the version over and over. */
export interface Callers {
  /** What was answered, oldest first. */
  readonly answers: readonly string[]
  /** The codes that calls failed with. */
  readonly codes: ReadonlySet<string>
  /** Resolves when the last call has ended. */
  end(): Promise<void>
}

/** Call `version` from several sides at once until `end`, or until the test is over, however it ends. */
export function keepCalling(chaincode: Opened, count: number): Callers {
  const answers: string[] = []
  const codes = new Set<string>()
  let over = false
  const call = async () => {
    while (!over) {
      try {
        answers.push(await chaincode.evaluate('version'))
      } catch (error) {
        codes.add(PeerError.from(error).code)
        // A call that is refused at once leaves no room for anything else: not even for what would end this loop.
        await turn()
      }
    }
  }
  const calling = Promise.all(Array.from({ length: count }, call))
  const end = async () => {
    over = true
    await calling
  }
  onTestFinished(end)
  return { answers, codes, end }
}
