import type { PeerError } from '../contract/error.ts'
import { now } from '../facts/clock.ts'
import type { PeerFacts } from '../facts/facts.ts'

/** How long the same kind of stray connection isn't reported again: who is turned away tries again and again. */
const STRAY_PAUSE_MS = 30_000

/** Tells of what connected and couldn't be served, each kind now and then. */
export function strayTeller({ emit }: PeerFacts): (error: PeerError) => void {
  const told = new Map<string, number>()
  return (error) => {
    if (now() - (told.get(error.code) ?? 0) < STRAY_PAUSE_MS) return
    told.set(error.code, now())
    emit({ type: 'notice', notice: { at: now(), error: error.toJSON() } })
  }
}
