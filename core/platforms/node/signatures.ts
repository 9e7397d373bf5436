import { parse, type MethodDefinition, type Pattern, type Program } from 'acorn'
import { full } from 'acorn-walk'
import type { Signature } from '../signature.ts'
import { sourceTexts } from '../source-files.ts'

/** The methods of the classes in a folder's JavaScript. A file that can't be parsed, or is nested too deeply, has none. */
export async function nodeSignatures(folder: string): Promise<Signature[]> {
  const texts = await sourceTexts(folder, (name) => /\.[cm]?js$/.test(name))
  return texts.flatMap((text) => {
    try {
      return signaturesIn(text)
    } catch {
      // acorn reads a.b.c… in a loop, but walks through it by recursion.
      return []
    }
  })
}

function signaturesIn(text: string): Signature[] {
  const signatures: Signature[] = []
  const program = parsed(text)
  if (program === undefined) return []
  full(program, (node) => {
    if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') return
    for (const member of node.body.body) {
      if (member.type === 'MethodDefinition') signatures.push(...signatureOf(node.id?.name ?? '', member))
    }
  })
  return signatures
}

function signatureOf(type: string, { key, kind, value }: MethodDefinition): Signature[] {
  if (kind !== 'method' || key.type !== 'Identifier') return []
  return [{ type, name: key.name, parameters: value.params.map(nameOf) }]
}

function nameOf(pattern: Pattern): string | undefined {
  if (pattern.type === 'Identifier') return pattern.name
  if (pattern.type === 'AssignmentPattern') return nameOf(pattern.left)
  return pattern.type === 'RestElement' ? nameOf(pattern.argument) : undefined
}

function parsed(text: string): Program | undefined {
  for (const sourceType of ['module', 'script'] as const) {
    try {
      return parse(text, { ecmaVersion: 'latest', sourceType, allowHashBang: true, allowReturnOutsideFunction: true })
    } catch {
      continue
    }
  }
  return undefined
}
