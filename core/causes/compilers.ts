import type { CauseKind } from '../contract/cause.ts'
import { readCompilerLine } from './compiler-line.ts'
import { firstError, type CompilerError } from './first-error.ts'
import type { Reader } from './found.ts'

/** What tsc, javac, and Maven's and Gradle's compilers report. */
export const readCompilers: Reader = (lines, sources) =>
  firstError(lines, sources, (text) => {
    // Go's own reader knows more of its lines.
    const read = text.includes('.go:') ? undefined : (readCompilerLine(text) ?? readTscOption(text))
    return read && { ...read, kind: kindOf(read), fix: fixOf(read) }
  })

type Read = Omit<CompilerError, 'kind' | 'fix'>

/** `error TS2688: Cannot find type definition file for 'nope'.`: about no file. */
function readTscOption(text: string): Read | undefined {
  const { code, message = '' } = /^error (?<code>TS\d+): (?<message>.*)/.exec(text)?.groups ?? {}
  return code === undefined ? undefined : { severity: 'error', code, message }
}

const MODULE = /^Cannot find module '([^']+)'/

function kindOf({ file, code, message }: Read): CauseKind {
  const name = MODULE.exec(message)?.[1]
  if (name !== undefined) return /^\.{0,2}\//.test(name) ? 'missing-file' : 'missing-module'
  if (code === 'TS2688' || /^package \S+ does not exist/.test(message)) return 'missing-module'
  return file === undefined || /\.(?:json|kts?)$/.test(file) ? 'config' : 'compile'
}

function fixOf({ message }: Read): string | undefined {
  const types = /^Cannot find type definition file for '([\w@./-]+)'/.exec(message)?.[1]
  if (types !== undefined) return `npm install --save-dev @types/${types}`
  const name = /^((?:@[^/]+\/)?[^/.][^/]*)/.exec(MODULE.exec(message)?.[1] ?? '')?.[1]
  return name === undefined ? undefined : `npm install ${name}`
}
