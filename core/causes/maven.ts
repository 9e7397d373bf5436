import type { CauseKind } from '../contract/cause.ts'
import { SURE, type Found, type Reader, type Sources } from './found.ts'

const ERROR = /^\[(?:ERROR|FATAL)\] (.+)$/
/** Headings and help, not causes. */
const NOISE =
  /^(?:COMPILATION ERROR|-> \[Help|\[Help \d|To see the full|Re-run Maven|For more information|After correcting|Some problems were encountered|The build could not read|The project .* has \d+ error|$)/

/** What Maven says, where no compiler does. */
export const readMaven: Reader = (lines, sources) => {
  const home = lines.findIndex((line) => /^(?:Error: )?(?:The )?JAVA_HOME (?:environment variable )?is not/.test(line))
  if (home >= 0) return { message: (lines[home] ?? '').trim(), kind: 'version', sure: SURE.certain, at: home }
  for (const [at, line] of lines.entries()) {
    // Problems of a POM are numbered twice: [ERROR] [ERROR] Some problems …
    const text =
      ERROR.exec(line)?.[1]
        ?.replace(/^\[(?:ERROR|FATAL)\] /, '')
        .trim() ?? ''
    if (text === '' || NOISE.test(text)) continue
    return cause(text, at, sources)
  }
  return undefined
}

/** `Failed to execute goal G on project P: what failed: why -> [Help 1]` */
function cause(text: string, at: number, sources: Sources): Found {
  const message = text
    .replace(/ -> \[Help \d+\]$/, '')
    .replace(/^Failed to execute goal (?:\S+ )?(?:\(.*?\) )?on project [^:]+: /, '')
  const pom = /(?:POM|file) (\S+\.xml)\b.*?@ line (\d+), column (\d+)|@ line (\d+), column (\d+)/i.exec(message)
  const place = pom && sources.own(pom[1] ?? 'pom.xml', Number(pom[2] ?? pom[4]), Number(pom[3] ?? pom[5]))
  return { message, ...place, kind: kindOf(message), sure: SURE.likely, at }
}

/** First match wins. */
const KINDS: [RegExp, CauseKind][] = [
  [
    /Could not transfer|UnknownHost|Connection refused|Connection timed out|offline mode|PKIX path|Network is unreachable|Unknown host/,
    'network',
  ],
  [
    /(?:release version|source release|target release|invalid flag: --release|Source option|Target option) ?\S* ?(?:not supported|is no longer|$)|class file version|class file has wrong version/,
    'version',
  ],
  [/Could not (?:resolve dependencies|find artifact)|was not found in|Missing artifact|is missing\. @/, 'dependencies'],
  [/Compilation failure/, 'compile'],
  [/There are test failures|Tests run/, 'thrown'],
]

function kindOf(message: string): CauseKind {
  return KINDS.find(([pattern]) => pattern.test(message))?.[1] ?? 'config'
}
