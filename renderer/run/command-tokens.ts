/** A piece of a shell command and what it is, for colouring. */
export interface CommandToken {
  text: string
  kind: 'env' | 'flag' | 'plain'
}

const WORD = /^((?:\$env:)?[A-Z][A-Z0-9_]{3,})(=.*)?$/s
const FLAG = /^--?[a-zA-Z]/

/**
 * A command for a POSIX shell or PowerShell: its words and the space between them, each word in pieces. The mark that
 * a line goes on belongs to the word before it: alone on a line it would look like another one.
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
