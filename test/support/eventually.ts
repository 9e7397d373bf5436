import { expect } from 'vitest'

/** As long as a loaded machine may take; what comes sooner is seen sooner. */
const DEADLINE_MS = 60_000

/** Expect something of a value that will be so in a while. */
export function eventually<T>(value: () => T) {
  return expect.poll(value, { timeout: DEADLINE_MS, interval: 25 })
}
