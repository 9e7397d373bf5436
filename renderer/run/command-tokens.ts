/** A piece of a shell command and its kind, for colouring. */
export interface CommandToken {
  text: string
  kind: 'env' | 'flag' | 'plain'
}

const WORD = /^((?:\$env:)?[A-Z][A-Z0-9_]{3,})(=.*)?$/s
const FLAG = /^--?[a-zA-Z]/

/**
 * Split a POSIX shell or PowerShell command into its words and the space between them, each word in pieces. A line
 * continuation belongs to the word before it, or it could wrap onto a line of its own.
 */
export function commandWords(text: string): CommandToken[][] {
  return (text.match(/\s+|\S+(?: \\(?=\n))?/g) ?? []).map(pieces)
}

function pieces(word: string): CommandToken[] {
  const [, name, value] = WORD.exec(word) ?? []
  if (name !== undefined && (value !== undefined || word.startsWith('$env:'))) {
    return [
      { text: name, kind: 'env' },
      { text: value ?? '', kind: 'plain' },
    ]
  }
  return [{ text: word, kind: FLAG.test(word) ? 'flag' : 'plain' }]
}
