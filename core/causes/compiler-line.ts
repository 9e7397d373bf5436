/** A place in a source file and what a compiler says of it. */
export interface CompilerLine {
  /** As printed. */
  file: string
  line: number
  column: number | undefined
  severity: 'error' | 'warning'
  code: string | undefined
  message: string
}

const SOURCE = String.raw`(?:[A-Za-z]:)?[^\s:()'"]+\.(?:go|[cm]?[jt]sx?|java|kts?)`
const COMPILERS: RegExp[] = [
  // tsc, plain: src/a.ts(3,7): error TS2322: Type …   tsconfig.json(1,30): error TS5107: …
  new RegExp(
    String.raw`^(?<file>${SOURCE}|[^\s:()'"]+\.json)\((?<line>\d+),(?<column>\d+)\): (?<severity>error|warning) (?<code>TS\d+): (?<message>.*)`,
  ),
  // tsc, pretty: src/a.ts:3:7 - error TS2322: Type …
  new RegExp(
    String.raw`^(?<file>${SOURCE}|[^\s:()'"]+\.json):(?<line>\d+):(?<column>\d+) - (?<severity>error|warning) (?<code>TS\d+): (?<message>.*)`,
  ),
  // maven: [ERROR] /x/A.java:[3,7] cannot find symbol
  new RegExp(
    String.raw`^\[(?<severity>ERROR|WARNING)\] (?<file>${SOURCE}):\[(?<line>\d+)(?:,(?<column>\d+))?\] (?<message>.*)`,
  ),
  // javac, also below gradle, up to 4 on the line of its task: A.java:3: error: …   :compileJava/x/A.java:3: error: …
  new RegExp(
    String.raw`^\s*(?::[\w:-]+(?=/))?(?<file>${SOURCE}):(?<line>\d+): (?<severity>error|warning): (?<message>.*)`,
  ),
  // kotlin build script: e: file:///x/build.gradle.kts:3:7: …
  new RegExp(
    String.raw`^(?<severity>[ew]): (?:file://)?(?<file>${SOURCE}):(?<line>\d+):(?<column>\d+):? (?<message>.*)`,
  ),
  // go build and go vet: ./a.go:3:7: undefined: x   |   vet: ./a.go:3:7: …
  new RegExp(String.raw`^(?:vet: )?(?<file>[^\s:()'"]+\.go):(?<line>\d+)(?::(?<column>\d+))?: (?<message>.*)`),
]

/** What tsc, Maven, javac, Gradle's Kotlin or Go say of a place in a file. Pure. */
export function readCompilerLine(line: string): CompilerLine | undefined {
  for (const compiler of COMPILERS) {
    const groups = compiler.exec(line)?.groups
    if (groups === undefined) continue
    const { file = '', line: at, column, severity = 'error', code, message = '' } = groups
    return {
      file,
      line: Number(at),
      column: column === undefined ? undefined : Number(column),
      severity: severity.toLowerCase().startsWith('w') ? 'warning' : 'error',
      code,
      message: message.trim(),
    }
  }
  return undefined
}

const FRAMES: RegExp[] = [
  // V8: at Contract.Get (/x/index.js:3:7), at file:///x/index.js:3:7
  /^\s+at (?:.*?\()?(?:async )?(?:file:\/\/)?(?<file>(?:[A-Za-z]:)?[^():]+\.[cm]?[jt]sx?):(?<line>\d+):(?<column>\d+)\)?,?(?: \{)?$/,
  // Go: \t/x/main.go:3 +0x1d
  /^\s+(?<file>(?:[A-Za-z]:)?[^():]+\.go):(?<line>\d+)(?: \+0x[0-9a-f]+)?(?: fp=.*)?$/,
]

/** The place that a line of a V8 or Go stack trace names. Pure. */
export function readFrameLine(line: string): Pick<CompilerLine, 'file' | 'line' | 'column'> | undefined {
  for (const frame of FRAMES) {
    const groups = frame.exec(line)?.groups
    if (groups === undefined) continue
    const { file = '', line: at, column } = groups
    return { file, line: Number(at), column: column === undefined ? undefined : Number(column) }
  }
  return undefined
}
