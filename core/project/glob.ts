import picomatch from 'picomatch'
import { messageOf } from '../contract/error-message.ts'

/** Longer than any pattern a person writes: picomatch makes a regular expression of it. */
const LONGEST = 256
/** `*`, `**` and `{…}` in one pattern: each more multiplies the ways in which a path may be tried. */
const MOST_WILDCARDS = 10
/** `\\*`, `[ab]`, `[!]]` */
const ESCAPE_OR_CLASS = /\\.|\[[!^]?\]?[^\]]*\]/g
const PARTNER: Record<string, string> = { '{': '}', '}': '{', '[': ']', ']': '[' }

/** One pattern of `watch` or `ignore`. */
export interface Glob {
  /** `!pattern`: takes back what earlier patterns matched. */
  negated: boolean
  matches(path: string): boolean
}

/** What is wrong with a pattern, in words; undefined if it's valid. */
export function globFault(pattern: string): string | undefined {
  try {
    parseGlob(pattern)
    return undefined
  } catch (error) {
    const message = messageOf(error)
    const bracket = /^Missing (?:closing|opening): "(.)"/.exec(message)?.[1]
    if (bracket === undefined) return message.replace(/^Invalid regular expression: .*: /s, '').toLowerCase()
    return unbalanced(PARTNER[bracket] ?? '', bracket)
  }
}

/** Throws SyntaxError. */
export function parseGlob(pattern: string): Glob {
  const negated = pattern.startsWith('!')
  const body = negated ? pattern.slice(1) : pattern
  // As in .gitignore, a pattern without a slash matches at any depth.
  const isAnchored = /^\.?\/|\/./.test(body)
  const path = body.replace(/^\.?\//, '').replace(/\/$/, '')
  check(path)
  // `docs/**` is everything in docs, not docs itself.
  const glob = `${isAnchored ? '' : '**/'}${path}${path.endsWith('/**') ? '/*' : ''}`
  const regex = picomatch.makeRe(escapePlain(glob), {
    debug: true,
    dot: true,
    keepQuotes: true,
    literalBrackets: false,
    noextglob: true,
    nonegate: true,
    posix: true,
    strictBrackets: true,
    windows: false,
  })
  return { negated, matches: (file) => regex.test(file) }
}

/** What picomatch would take and neither .gitignore nor an editor does. Throws SyntaxError. */
function check(path: string): void {
  if (path === '') throw new SyntaxError('it is empty')
  if (path.length > LONGEST) throw new SyntaxError(`it is longer than ${LONGEST} characters`)
  if ((path.match(/\*+|\{/g) ?? []).length > MOST_WILDCARDS) {
    throw new SyntaxError(`it has more than ${MOST_WILDCARDS} wildcards`)
  }
  const bare = path.replace(ESCAPE_OR_CLASS, '')
  if (bare.endsWith('\\')) throw new SyntaxError('it ends with a backslash')
  let depth = 0
  for (const character of bare) {
    if (character === '{') depth++
    if (character === '}' && --depth < 0) throw new SyntaxError(unbalanced('}', '{'))
  }
}

/** Escape what is plain text in .gitignore and in editors and means something to picomatch: `(`, `)`, `|`, `+`, `..`. */
function escapePlain(glob: string): string {
  const plain = new RegExp(`${ESCAPE_OR_CLASS.source}|[()|+]|\\.(?=\\.)`, 'g')
  return glob.replace(plain, (text) => (text === '.' ? '[.]' : text.length === 1 ? `\\${text}` : text))
}

function unbalanced(lonely: string, absent: string): string {
  return `it has \`${lonely}\` without \`${absent}\`; write \`\\${lonely}\` for the character itself`
}
