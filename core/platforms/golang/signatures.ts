import { listed } from '../parameter-list.ts'
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

/** Comments, and the literals in which `//` or `func` could stand. */
const NO_CODE = /\/\*[\s\S]*?\*\/|\/\/.*|`[^`]*`|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'/g
const METHOD = /^func\s*\(\s*(?:\w+\s+)?\*?\s*(\w+)(?:\[[^\]]*\])?\s*\)\s*(\w+)\s*\(/gm
const BRACKETS = { open: '([{', close: ')]}' }

function signaturesIn(source: string): Signature[] {
  const text = source.replace(NO_CODE, (literal) => (literal.startsWith('/') ? ' ' : '""'))
  return [...text.matchAll(METHOD)].map(({ 0: start, 1: type = '', 2: name = '', index }) => ({
    type,
    name,
    parameters: listed(text, index + start.length, BRACKETS).parts.map(
      (parameter) => /^(\w+)(?:\s|$)/.exec(parameter)?.[1],
    ),
  }))
}
