import type { CauseKind, CausePlace } from '../contract/cause.ts'
import { firstIndex, SURE, type Reader, type Sources } from './found.ts'

/** What Gradle says went wrong, where no compiler does: the deepest of its first chain of reasons. */
export const readGradle: Reader = (lines, sources) => {
  const start = firstIndex(lines, /^\* What went wrong:/)
  if (start < 0) return undefined
  const end = firstIndex(lines, /^\* (?:Try|Exception is):|^BUILD FAILED/, start)
  let at = start + 1
  let depth = -1
  for (let line = start + 1; line < (end < 0 ? lines.length : end); line++) {
    const indent = /^(\s*)> /.exec(lines[line] ?? '')?.[1]?.length
    if (indent === undefined) continue
    // A second reason of the same depth belongs to another failure.
    if (indent <= depth) break
    depth = indent
    at = line
  }
  // Groovy's compiler says what it is below its heading.
  if (/^\s*> startup failed:$/.test(lines[at] ?? '')) at += 1
  const message = (lines[at] ?? '')
    .trim()
    .replace(/^(?:> |(?:build|settings|initialization|script)\b.* '[^']+': \d+: )/, '')
  const whole = lines.slice(start, at + 3).join('\n')
  return { message, ...placeOf(lines, message, sources), kind: kindOf(whole), sure: SURE.likely, at, from: start }
}

/** `Build file '/x/build.gradle' line: 12`, in its own section or in a reason. */
function placeOf(lines: readonly string[], message: string, sources: Sources): CausePlace | undefined {
  for (const line of [message, ...lines]) {
    const found = /(?:file|script) '([^']+\.gradle(?:\.kts)?)'(?::| line:) ?(\d+)/.exec(line)
    const own = found?.[1] === undefined ? undefined : sources.own(found[1], Number(found[2]))
    if (own !== undefined) return own
  }
  return undefined
}

/** First match wins. */
const KINDS: [RegExp, CauseKind][] = [
  [
    /Could not (?:GET|HEAD)|UnknownHost|Connection refused|timed out|offline mode|No cached version|PKIX path|unreachable/,
    'network',
  ],
  [
    /Unsupported class file major version|invalid source release|release version \S+ not supported|toolchain|requires (?:at least )?JVM|Java runtime version/i,
    'version',
  ],
  [/Could not (?:resolve|find(?! method)) |Cannot resolve external dependency/, 'dependencies'],
  [/Compilation failed/, 'compile'],
]

function kindOf(text: string): CauseKind {
  return KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'config'
}
