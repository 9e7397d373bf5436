/** One stretch of a pattern without `*`, as a regular expression that matches at its lastIndex alone. */
interface Chunk {
  /** A `*` comes before it. */
  star: boolean
  regex: RegExp
}

/**
 * A pattern of Go's path.Match, which `go:embed` takes: `*` and `?` don't match `/`, `[^a-z]` does, `\` escapes, and
 * `{`, `!` and `**` mean nothing in particular. Undefined if it's malformed, which `go build` reports itself.
 */
export function goPathMatch(pattern: string): ((name: string) => boolean) | undefined {
  const chunks = parse(pattern)
  return chunks && ((name) => matches(chunks, name))
}

/** As path.Match does: each chunk at the first place where it fits, so the time grows with the name alone. */
function matches(chunks: Chunk[], name: string): boolean {
  let at = 0
  for (const [index, { star, regex }] of chunks.entries()) {
    const isLast = index === chunks.length - 1
    let end: number | undefined
    for (let start = at; end === undefined; start++) {
      regex.lastIndex = start
      const isFit = regex.test(name)
      if (isFit && (!isLast || regex.lastIndex === name.length)) end = regex.lastIndex
      else if (!star || start >= name.length || name[start] === '/') return false
    }
    at = end
  }
  return at === name.length
}

/** Undefined for path.ErrBadPattern. */
function parse(pattern: string): Chunk[] | undefined {
  const chunks: Chunk[] = []
  let star = false
  let source = ''
  const characters = Array.from(pattern)
  const end = () => chunks.push({ star, regex: new RegExp(source, 'suy') })
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? ''
    if (character === '*') {
      if (source !== '' || star) end()
      star = true
      source = ''
    } else if (character === '?') source += '[^/]'
    else if (character === '[') {
      const characterClass = parseClass(characters, at + 1)
      if (characterClass === undefined) return undefined
      source += characterClass.source
      at = characterClass.end
    } else if (character === '\\') {
      const escaped = characters[++at]
      if (escaped === undefined) return undefined
      source += codePoint(escaped)
    } else source += codePoint(character)
  }
  end()
  return chunks
}

/** What follows a `[`, up to its `]`. */
function parseClass(characters: string[], from: number): { source: string; end: number } | undefined {
  let at = from
  const isNegated = characters[at] === '^'
  if (isNegated) at++
  let ranges = ''
  const next = () => {
    if (characters[at] === '-' || characters[at] === ']') return undefined
    if (characters[at] === '\\') at++
    return characters[at++]
  }
  for (let count = 0; characters[at] !== ']' || count === 0; count++) {
    const low = next()
    if (low === undefined) return undefined
    let high: string | undefined = low
    if (characters[at] === '-') {
      at++
      high = next()
      if (high === undefined) return undefined
    }
    // Go takes a range like z-a for one that holds nothing.
    if ((low.codePointAt(0) ?? 0) <= (high.codePointAt(0) ?? 0)) ranges += `${codePoint(low)}-${codePoint(high)}`
  }
  return { source: `[${isNegated ? '^' : ''}${ranges}]`, end: at }
}

function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}
