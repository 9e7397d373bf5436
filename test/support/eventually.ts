import { expect } from 'vitest'

/** As long as a loaded machine may take. */
const DEADLINE_MS = 60_000

/** Expect something of a value that will hold eventually. */
export function eventually<T>(value: () => T) {
  return expect.poll(value, { timeout: DEADLINE_MS, interval: 25 })
}
