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

function signaturesIn(source: string): Signature[] {
  const text = source.replace(NO_CODE, (literal) => (literal.startsWith('/') ? ' ' : '""'))
  return [...text.matchAll(METHOD)].map(({ 0: start, 1: type = '', 2: name = '', index }) => ({
    type,
    name,
    parameters: listed(text, index + start.length).map((parameter) => /^(\w+)(?:\s|$)/.exec(parameter)?.[1]),
  }))
}

/** The parts between the commas of a list whose parenthesis has been opened just before `at`. */
function listed(text: string, at: number): string[] {
  const parts: string[] = []
  let depth = 0
  let begun = at
  const end = (here: number) => {
    const part = text.slice(begun, here).trim()
    if (part !== '') parts.push(part)
    begun = here + 1
  }
  for (let here = at; here < text.length; here += 1) {
    const character = text[here] ?? ''
    if (depth === 0 && character === ')') {
      end(here)
      return parts
    }
    if (depth === 0 && character === ',') end(here)
    if ('([{'.includes(character)) depth += 1
    if (')]}'.includes(character)) depth -= 1
  }
  return []
}
