import { isWord, lastWord, listsIn, tokensOf, type Token } from '../parameter-list.ts'
import type { Signature } from '../signature.ts'
import { sourceTexts } from '../source-files.ts'

/**
 * The methods in a folder's Go files. A small reader rather than go/parser: it needs no Go on the machine and no process,
 * and what it misreads only leaves a parameter as `param0`.
 */
export async function golangSignatures(folder: string): Promise<Signature[]> {
  const texts = await sourceTexts(folder, (name) => name.endsWith('.go') && !name.endsWith('_test.go'))
  return texts.flatMap(signaturesIn)
}

const TOKEN = /\/\*[\s\S]*?(?:\*\/|$)|\/\/.*|`[^`]*`?|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|[\p{L}\p{N}_$]+|\S/gu

function signaturesIn(source: string): Signature[] {
  const tokens = tokensOf(source, TOKEN)
  const lists = listsIn(tokens, { angles: false })
  return tokens.flatMap(({ text, at }, index) => {
    // A declaration begins its line; a function's type or literal hardly does.
    if (text !== 'func' || (at > 0 && source[at - 1] !== '\n')) return []
    const receiver = lists.get(index + 1)
    if (receiver === undefined) return []
    const name = tokens[receiver.end + 1]
    const list = lists.get(receiver.end + 2)
    if (!isWord(name) || list === undefined) return []
    const type = lastWord(receiver.parts[0] ?? []) ?? ''
    return [{ type, name: name.text, parameters: list.parts.map((part) => nameOf(part, source)) }]
  })
}

/** Undefined where there is only a type, unless that is a single word. */
function nameOf([first, second]: readonly Token[], source: string): string | undefined {
  if (first === undefined || !isWord(first)) return undefined
  const next = source[first.at + first.text.length] ?? ''
  return second === undefined || /[\s/]/.test(next) ? first.text : undefined
}
