/**
 * How well a text answers what was typed; 0 if it doesn't. From best to worst: the same, beginning with it, words that
 * begin with its words, holding it, and, only where `loose`, its letters in this order.
 */
export function rank(typed: string, text: string, { loose = false }: { loose?: boolean } = {}): number {
  const query = typed.trim().toLowerCase()
  const lower = text.toLowerCase()
  if (query === '') return 0
  // Of two that are as good, the shorter one has less that wasn't asked for.
  const shortness = 1 / (1 + text.length)
  if (lower === query) return 5
  if (lower.startsWith(query)) return 4 + shortness
  if (wordsBegin(query, text)) return 3 + shortness
  if (lower.includes(query)) return 2 + shortness
  return loose && isSubsequence(query, lower) ? 1 + shortness : 0
}

/** `create as`, `ca` and `asset` all begin words of `CreateAsset`. */
function wordsBegin(query: string, text: string): boolean {
  const words = text
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
  if (
    words.length > 1 &&
    words
      .map((word) => word[0])
      .join('')
      .startsWith(query)
  )
    return true
  return query.split(/\s+/).every((part) => words.some((word) => word.startsWith(part)))
}

function isSubsequence(query: string, text: string): boolean {
  let at = 0
  for (const letter of query) {
    if (letter === ' ') continue
    at = text.indexOf(letter, at) + 1
    if (at === 0) return false
  }
  return true
}
