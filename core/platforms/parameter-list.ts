/** A word, a literal or any other character of a source that isn't white space. */
export interface Token {
  text: string
  /** Where it begins. */
  at: number
}

/** What stands in a pair of brackets. */
export interface List {
  /** What commas separate. Of brackets in it only the opening one. */
  parts: Token[][]
  /** The index of the token that closes it. */
  end: number
}

/**
 * A source without its comments. `pattern`: comments, literals and what else is more than one character; without it a
 * hostile or generated file could keep us busy for minutes, unless each match goes on where the last one ended: what may
 * have no end in the file must match without it too.
 */
export function tokensOf(source: string, pattern: RegExp): Token[] {
  const tokens: Token[] = []
  for (const { 0: text, index } of source.matchAll(pattern)) if (!COMMENT.test(text)) tokens.push({ text, at: index })
  return tokens
}

const COMMENT = /^\/[/*]/

/**
 * What stands in brackets, by the index of the token that opens them, in one pass; those that nobody closes are left out.
 * `angles`: commas between `<` and `>` separate nothing.
 */
export function listsIn(tokens: readonly Token[], { angles }: { angles: boolean }): Map<number, List> {
  const lists = new Map<number, List>()
  const open: Open[] = []
  for (const [index, token] of tokens.entries()) {
    const closing = CLOSING.get(token.text)
    const inner = open.at(-1)
    if (closing !== undefined) inner?.part.push(token)
    if (closing !== undefined) open.push({ index, closing, parts: [], part: [], angles: 0 })
    else if (CLOSINGS.has(token.text)) close(token.text, index, open, lists)
    else if (inner !== undefined) add(token, inner, angles)
  }
  return lists
}

interface Open {
  index: number
  closing: string
  parts: Token[][]
  part: Token[]
  angles: number
}

const CLOSING = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
])
const CLOSINGS = new Set(CLOSING.values())

function close(closing: string, end: number, open: Open[], lists: Map<number, List>): void {
  // A block ends whatever was left open in it; another bracket too many is none.
  while (closing === '}' && open.length > 0 && open.at(-1)?.closing !== closing) open.pop()
  const closed = open.at(-1)
  if (closed?.closing !== closing) return
  open.pop()
  endPart(closed)
  lists.set(closed.index, { parts: closed.parts, end })
}

function add(token: Token, open: Open, angles: boolean): void {
  if (token.text === ',' && open.angles === 0) return endPart(open)
  if (angles && token.text === '<') open.angles += 1
  else if (angles && token.text === '>') open.angles = Math.max(0, open.angles - 1)
  else open.part.push(token)
}

function endPart(open: Open): void {
  if (open.part.length > 0) open.parts.push(open.part)
  open.part = []
}

export function isWord(token: Token | undefined): token is Token {
  return token !== undefined && /^[\p{L}\p{N}_$]/u.test(token.text)
}

/** The word at its end, before brackets such as those of an array; undefined if anything else is there. */
export function lastWord(part: readonly Token[]): string | undefined {
  const last = part.findLast(({ text }) => text !== '[')
  return isWord(last) ? last.text : undefined
}
