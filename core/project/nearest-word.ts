/** The known word that a misspelt one differs from in few letters, at most three. */
export function nearestWord(word: string, knownWords: readonly string[]): string | undefined {
  const candidates = knownWords.map((name) => ({ name, away: distance(word.toLowerCase(), name.toLowerCase()) }))
  const best = candidates.sort((a, b) => a.away - b.away)[0]
  return best !== undefined && best.away <= Math.max(1, Math.min(3, best.name.length / 3)) ? best.name : undefined
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
