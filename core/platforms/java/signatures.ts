import { listed } from '../parameter-list.ts'
import type { Signature } from '../signature.ts'
import { sourceTexts } from '../source-files.ts'

/**
 * The methods in a folder's Java files. A small reader, as for Go: what it misreads only leaves a parameter as `arg1`.
 */
export async function javaSignatures(folder: string): Promise<Signature[]> {
  const texts = await sourceTexts(folder, (name) => name.endsWith('.java'))
  return texts.flatMap(signaturesIn)
}

/** Comments, and the literals in which brackets or names could stand. */
const NO_CODE = /\/\*[\s\S]*?\*\/|\/\/.*|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'/g
const TYPE = /\b(?:class|interface|record|enum)\s+([\p{L}\p{N}_$]+)[^{;]*\{/gu
/** Conditions and loops look like it too; a contract has no function of their names. */
const METHOD = /([\p{L}\p{N}_$]+)\s*\(/gu
const BODY = /^\s*(?:throws\s[^{;()]*)?\{/
const NAME = /([\p{L}\p{N}_$]+)[\s[\]]*$/u
const BRACKETS = { open: '([{<', close: ')]}>' }

function signaturesIn(source: string): Signature[] {
  const text = source.replace(NO_CODE, (literal) => (literal.startsWith('/') ? ' ' : '""'))
  const types = [...text.matchAll(TYPE)].map(({ 0: head, 1: name = '', index }) => ({
    name,
    from: index + head.length,
    to: endOf(text, index + head.length),
  }))
  return [...text.matchAll(METHOD)].flatMap(({ 0: head, 1: name = '', index }) => {
    const { parts, end } = listed(text, index + head.length, BRACKETS)
    if (!BODY.test(text.slice(end + 1, end + 1 + LONGEST_THROWS))) return []
    // The innermost one begins last.
    const type = types.findLast(({ from, to }) => from <= index && index < to)?.name ?? ''
    return [{ type, name, parameters: parts.map((parameter) => NAME.exec(parameter)?.[1]) }]
  })
}

const LONGEST_THROWS = 1_000

/** Where the brace is closed that was opened just before `at`. */
function endOf(text: string, at: number): number {
  return listed(text, at, { open: '{', close: '}' }).end
}
