/** A piece of a sentence: words, a name, or a command to type into a terminal. */
export interface Piece {
  text: string
  kind: 'words' | 'name' | 'command'
}

/** Split a sentence at the code it quotes in backticks: several words are a command, a single word is a name. */
export function codePieces(text: string): Piece[] {
  return text.split('`').flatMap((part, index, parts): Piece[] => {
    if (part === '') return []
    const quoted = index % 2 === 1 && index < parts.length - 1
    if (!quoted) return [{ text: index % 2 === 1 ? `\`${part}` : part, kind: 'words' }]
    return [{ text: part, kind: part.includes(' ') ? 'command' : 'name' }]
  })
}
