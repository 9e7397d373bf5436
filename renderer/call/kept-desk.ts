import type { DraftContent } from './draft.svelte.ts'

/** The work on a Call page, as this window keeps it over a reload; other windows don't see it. */
export interface KeptDesk {
  drafts: DraftContent[]
  /** The function of the draft that is open. */
  open: string
  /** The recorded call whose result is shown. */
  call?: number | undefined
  identity?: string | undefined
  channel?: string | undefined
}

export function readKept(key: string): KeptDesk | undefined {
  try {
    const text = sessionStorage.getItem(nameOf(key))
    return text === null ? undefined : (JSON.parse(text) as KeptDesk)
  } catch {
    // Damaged, or of another version: the page starts empty.
    return undefined
  }
}

export function writeKept(key: string, kept: KeptDesk): void {
  try {
    sessionStorage.setItem(nameOf(key), JSON.stringify(kept))
  } catch (thrown) {
    // Arguments may be longer than what a browser stores.
    console.warn('slipway: drafts are not kept over a reload', thrown)
  }
}

function nameOf(key: string): string {
  return `slipway.desk.${key}`
}
