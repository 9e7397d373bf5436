import { isWord, lastWord, listsIn, tokensOf, type List, type Token } from '../parameter-list.ts'
import type { Signature } from '../signature.ts'
import { sourceTexts } from '../source-files.ts'

/**
 * The methods in a folder's Java files. A small reader, as for Go: what it misreads only leaves a parameter as `arg1`.
 */
export async function javaSignatures(folder: string): Promise<Signature[]> {
  const texts = await sourceTexts(folder, (name) => name.endsWith('.java'))
  return texts.flatMap(signaturesIn)
}

const TOKEN =
  /\/\*[\s\S]*?(?:\*\/|$)|\/\/.*|"""[\s\S]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|->|[\p{L}\p{N}_$]+|\S/gu
const TYPES = new Set(['class', 'interface', 'record', 'enum'])
const NO_THROWS = new Set(['{', ';', '(', ')'])

function signaturesIn(source: string): Signature[] {
  const tokens = tokensOf(source, TOKEN)
  const lists = listsIn(tokens, { angles: true })
  const types = typesIn(tokens, lists)
  return tokens.flatMap(({ text: name }, index) => {
    const list = lists.get(index + 1)
    // Conditions and loops look like a method too; a contract has no function of their names.
    if (tokens[index + 1]?.text !== '(' || list === undefined) return []
    if (!isWord(tokens[index]) || !isBody(tokens, list.end + 1)) return []
    return [{ type: types[index] ?? '', name, parameters: list.parts.map(lastWord) }]
  })
}

/** The name of the innermost type that each token stands in; '' in none. */
function typesIn(tokens: readonly Token[], lists: Map<number, List>): string[] {
  const around: { name: string; end: number }[] = []
  let declared: string | undefined
  return tokens.map(({ text }, index) => {
    while (around.length > 0 && index >= (around.at(-1)?.end ?? 0)) around.pop()
    const name = around.at(-1)?.name ?? ''
    const next = tokens[index + 1]
    if (TYPES.has(text) && isWord(next)) declared = next.text
    if (text === '{' && declared !== undefined)
      around.push({ name: declared, end: lists.get(index)?.end ?? tokens.length })
    if (text === '{' || text === ';') declared = undefined
    return name
  })
}

/** Whether a body begins there, or what is thrown before it. */
function isBody(tokens: readonly Token[], at: number): boolean {
  let end = at
  if (tokens[at]?.text === 'throws') while (end < tokens.length && !NO_THROWS.has(tokens[end]?.text ?? '')) end += 1
  return tokens[end]?.text === '{'
}
