/** A piece of a shell command and what it is, for colouring. */
export interface CommandToken {
  text: string
  kind: 'env' | 'flag' | 'comment' | 'plain'
}

const PIECE = /(^\s*#.*$)|(?<![\w.-])(?:\$env:)?([A-Z][A-Z0-9_]{3,})(?=\s*=)|(?<=\s)(--?[a-zA-Z][\w.-]*)/gm

/** A command for a POSIX shell or PowerShell in pieces. */
export function commandTokens(text: string): CommandToken[] {
  const tokens: CommandToken[] = []
  let at = 0
  for (const match of text.matchAll(PIECE)) {
    if (match.index > at) tokens.push({ text: text.slice(at, match.index), kind: 'plain' })
    const [whole, comment, env] = match
    tokens.push({ text: whole, kind: comment !== undefined ? 'comment' : env !== undefined ? 'env' : 'flag' })
    at = match.index + whole.length
  }
  if (at < text.length) tokens.push({ text: text.slice(at), kind: 'plain' })
  return tokens
}
