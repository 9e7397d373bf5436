import { parse, type AnyNode } from 'acorn'
import { full } from 'acorn-walk'

/**
 * A module's code with an escape for each character beyond Latin-1. In strings, regular expressions and names it means the
 * same, and lines stay where they are; columns after an escape move.
 *
 * @throws Error where it would mean something else: after a backslash, in what a tag such as String.raw reads, or as a
 * character of the code itself, such as a space
 */
export function latin1(code: string): string {
  if (!BEYOND.test(code)) return code
  const changed = code.replace(new RegExp(BEYOND, 'g'), escaped)
  const [before, after] = [read(code), read(changed)]
  const different = before.find((text, index) => text !== after[index])
  if (different !== undefined || before.length !== after.length || /\\[^\0-\xff]/.test(code))
    throw new Error(`an escape would mean something else: ${String(different)}`)
  return changed
}

const BEYOND = /[^\0-\xff]/

const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Its literals and names as they are at run time, but regular expressions without what they match. */
function read(code: string): string[] {
  const texts: string[] = []
  full(parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true }), (node: AnyNode) => {
    if (node.type === 'Literal') texts.push(node.regex?.flags ?? String(node.value))
    if (node.type === 'Identifier') texts.push(node.name)
    if (node.type === 'TemplateElement') texts.push(String(node.value.cooked))
    if (node.type === 'TaggedTemplateExpression') texts.push(...node.quasi.quasis.map(({ value }) => value.raw))
  })
  return texts
}
