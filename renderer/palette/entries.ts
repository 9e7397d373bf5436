import { rank } from './rank.ts'

/** Where an entry leads: something to do, or something that there is. */
export type EntryKind = 'action' | 'function' | 'key' | 'call' | 'identity' | 'log'

/** A line of the palette. */
export interface Entry {
  id: string
  kind: EntryKind
  /** The heading it stands under. */
  group: string
  title: string
  /** Beside the title, fainter. */
  detail?: string | undefined
  /** The keys that do the same. */
  keys?: string | undefined
  /** What else it is found by. */
  names?: string[]
  run: () => void
}

/** Entries under one heading. */
export interface EntryGroup {
  name: string
  entries: Entry[]
}

/** Found things come in hundreds: of each kind the best. Actions are few. */
const MOST_FOUND = 8

/**
 * What answers the typed text, best first: the groups by their best entry, and the entries of a group too. What can be
 * done goes before what there is where both answer as well. Nothing typed: all, as it came.
 */
export function ranked(typed: string, entries: readonly Entry[]): EntryGroup[] {
  const isEmpty = typed.trim() === ''
  const groups = new Map<string, { best: number; scored: { entry: Entry; score: number }[] }>()
  for (const entry of entries) {
    const score = isEmpty ? 1 : scoreOf(typed, entry)
    if (score === 0) continue
    const group = groups.get(entry.group) ?? { best: 0, scored: [] }
    group.scored.push({ entry, score })
    group.best = Math.max(group.best, score)
    groups.set(entry.group, group)
  }
  return [...groups]
    .sort(([, a], [, b]) => b.best - a.best)
    .map(([name, { scored }]) => {
      const best = scored.sort((a, b) => b.score - a.score).map(({ entry }) => entry)
      return { name, entries: isEmpty || best[0]?.kind === 'action' ? best : best.slice(0, MOST_FOUND) }
    })
}

function scoreOf(typed: string, entry: Entry): number {
  const isCommand = entry.kind === 'action' || entry.kind === 'function'
  const scores = [entry.title, ...(entry.names ?? [])].map((text) => rank(typed, text, { loose: isCommand }))
  const byDetail = entry.detail === undefined || isCommand ? 0 : rank(typed, entry.detail) / 2
  const found = Math.max(...scores, byDetail)
  return isCommand ? found : found * 0.9
}
