import { createHmac, randomBytes } from 'node:crypto'
import { sameSecret } from '../host/door-guard.ts'

/** The keys of browsers that may come back. They are derived from the door's secret, so that nothing else is kept. */
export interface BrowserKeys {
  /** `id` says when it was issued, and only this secret can have made it. */
  issue(): { id: string; key: string }
  /** The key of an id; undefined if another secret made it, or too long ago. */
  keyOf(id: string): Buffer | undefined
}

/** A browser gets a new key each time it connects, so this is how long it may stay away. */
const GOOD_FOR_MS = 30 * 24 * 60 * 60_000

export function browserKeys(secret: string, now: () => number = Date.now): BrowserKeys {
  const derive = (purpose: string, text: string) => createHmac('sha256', secret).update(`${purpose}\n${text}`).digest()
  const sealOf = (text: string) => derive('id', text).toString('base64url')
  return {
    issue() {
      const named = `${randomBytes(16).toString('base64url')}.${now()}`
      const id = `${named}.${sealOf(named)}`
      return { id, key: derive('key', id).toString('base64url') }
    },
    keyOf(id) {
      const [name = '', issued = '', seal = '', ...more] = id.split('.')
      if (more.length > 0 || !sameSecret(seal, sealOf(`${name}.${issued}`))) return undefined
      return now() - Number(issued) < GOOD_FOR_MS ? derive('key', id) : undefined
    },
  }
}
