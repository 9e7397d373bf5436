import { withoutUndefined } from './without-undefined.ts'

/** What kind of fault a cause is; the advice depends on it. */
export type CauseKind =
  /** The compiler rejects the source. */
  | 'compile'
  /** A runtime can't read the source. */
  | 'syntax'
  /** The author's code threw, panicked or rejected. */
  | 'thrown'
  /** A package or class that isn't installed. */
  | 'missing-module'
  /** A file that doesn't exist. */
  | 'missing-file'
  /** CommonJS in an ES module, or the reverse. */
  | 'module-system'
  /** A tool's own file or option: package.json, tsconfig.json, go.mod, pom.xml, a flag. */
  | 'config'
  /** Packages whose versions don't fit together. */
  | 'dependencies'
  /** A download. */
  | 'network'
  /** The wrong Node, Go or Java. */
  | 'version'
  /** Native code for another system, or a library that isn't there. */
  | 'native'
  | 'memory'
  /** A signal: native code ended the process. */
  | 'crash'
  /** A port that is taken. */
  | 'port'
  /** It couldn't reach what it wanted to connect to. */
  | 'connection'
  | 'permission'
  | 'disk'
  /** A program or script that doesn't exist. */
  | 'command'
  /** Nothing recognisable: the last line that was printed. */
  | 'unknown'

/** Where in the author's files. */
export interface CausePlace {
  /** Relative to the chaincode's folder if it is inside, otherwise as it was printed. */
  file?: string | undefined
  line?: number | undefined
  column?: number | undefined
}

/** Why a tool or a chaincode failed, as a person who read its output would say it. */
export interface Cause extends CausePlace {
  /** One line, without the tool's prefix and the place. */
  message: string
  /** The compiler's code: `TS2345`. */
  code?: string | undefined
  /** The author's own frame in a stack trace, as it was printed. */
  frame?: string | undefined
  kind: CauseKind
  /** The command that fixes it, if the tool names one or there is only one. */
  fix?: string | undefined
  /** Further errors of the same compiler, at most 20; the first is the cause. */
  also?: (CausePlace & Pick<Cause, 'message' | 'code' | 'kind' | 'fix'>)[] | undefined
}

/** What was printed until something failed. */
export interface Printed {
  /** At most 50 lines, oldest first, without escapes. */
  output: string[]
  /** Index in `output` of the first line of the cause, which is where to begin reading. */
  causeAt?: number | undefined
  /** Absent if nothing was printed. */
  cause?: Cause | undefined
}

/** `index.js:3:7: SyntaxError: …` */
export function causeWords(cause: Cause): string {
  const place = causePlace(cause)
  // What a tool adds before a command that Slipway says in its own words.
  const message = cause.message.replace(/; to add(?: it)?:$/, '')
  return place === undefined ? message : `${place}: ${message}`
}

/** `index.js:3:7` */
export function causePlace({ file, line, column }: CausePlace): string | undefined {
  if (file === undefined) return undefined
  return [file, line, column].filter((part) => part !== undefined).join(':')
}

/** The part of an ending that says why. */
export function printedIn({ output, causeAt, cause }: Printed): Printed {
  return withoutUndefined({ output, causeAt, cause })
}
