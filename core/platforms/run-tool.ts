import { existsSync } from 'node:fs'
import { PeerError } from '../contract/error.ts'
import type { Diagnostic } from '../contract/diagnostic.ts'
import { waitFor } from '../facts/wait.ts'
import { startChild, type Child } from '../process/child.ts'
import type { PrintLine } from '../process/print-line.ts'
import { newDiagnosticReader } from './diagnostics.ts'
import { environment } from './environment.ts'
import type { Project } from '../project/project.ts'

/** One run of a build: its number, where its output goes, and what ends it early. */
export interface BuildRun {
  number: number
  /** Build that serves now: its files must stay. */
  serving?: number
  /** Output of the tools, line by line. */
  print: PrintLine
  /** A few words for the launch timeline: `npm ci`, `tsc`. */
  note(words: string): void
  /** `chaincode.buildtimeout`. */
  timeoutMs: number
  signal: AbortSignal
}

/**
 * Run a build tool in the project's folder until it ends. Throws TOOL_MISSING, BUILD_FAILED (INSTALL_FAILED for an
 * install), BUILD_TIMEOUT or the signal's reason; by then it and all it started are gone.
 */
export async function runTool(
  project: Project,
  argv: string[],
  run: BuildRun,
  kind: 'build' | 'install',
): Promise<void> {
  run.signal.throwIfAborted()
  const command = argv.join(' ')
  const reader = newDiagnosticReader(project.folder)
  let child: Child
  try {
    child = await startChild({
      argv: forPlatform(argv),
      cwd: project.folder,
      env: environment(project.env),
      line({ at, stream, text }) {
        reader.read(text)
        run.print({ at, source: 'build', stream, text })
      },
      reap: false,
    })
  } catch (error) {
    throw cannotRun(argv, project.folder, error)
  }

  const exit = await waitFor(child.exited, {
    signal: run.signal,
    deadlineMs: run.timeoutMs,
    onDeadline: () => new PeerError('BUILD_TIMEOUT', { command, seconds: Math.round(run.timeoutMs / 1000) }),
  }).catch(async (error: unknown) => {
    await child.kill()
    throw error
  })
  if (exit.code === 0) return
  const { words, lastLines } = exit
  if (kind === 'install') throw new PeerError('INSTALL_FAILED', { command, words, lastLines })
  throw buildFailed(command, words, lastLines, reader.found())
}

/** What a build tool that failed is told as; the first place it named comes first. */
export function buildFailed(command: string, words: string, lastLines: string[], diagnostics: Diagnostic[]): PeerError {
  const first = diagnostics.find((d) => d.severity === 'error') ?? diagnostics[0]
  return new PeerError('BUILD_FAILED', {
    command,
    words,
    ...(first === undefined ? {} : { first: `${placeOf(first)}: ${first.message}` }),
    lastLines,
    diagnostics,
  })
}

function placeOf({ file, line, column }: Diagnostic): string {
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`
}

const HINTS: Record<string, { tool: string; needed: string; hint: string }> = {
  go: {
    tool: 'Go',
    needed: 'A Go chaincode is compiled with the `go` command.',
    hint: 'Install Go from https://go.dev/dl/, see that `go version` works in a new terminal, then start Slipway anew.',
  },
  node: {
    tool: 'Node.js',
    needed: 'A Node chaincode is run by the `node` command.',
    hint: 'Install Node.js from https://nodejs.org/, see that `node --version` works in a new terminal, then start Slipway anew.',
  },
  java: {
    tool: 'Java',
    needed: 'A Java chaincode is run by the `java` command.',
    hint: 'Install a JDK (11 or newer), see that `java -version` works in a new terminal, then start Slipway anew.',
  },
  gradle: {
    tool: 'Gradle',
    needed: 'The folder has a Gradle build and no gradlew.',
    hint: 'Install Gradle, or add its wrapper to the project with `gradle wrapper`.',
  },
  mvn: {
    tool: 'Maven',
    needed: 'The folder has a pom.xml and no mvnw.',
    hint: 'Install Maven, or add its wrapper to the project with `mvn wrapper:wrapper`.',
  },
}

/** The system's refusal to start a program, as TOOL_MISSING, START_FAILED or FOLDER_GONE. */
export function cannotRun(argv: string[], folder: string, error: unknown): PeerError {
  const { code, message } = error as NodeJS.ErrnoException
  const program = argv[0] ?? ''
  // The system gives the same answer for a missing working folder as for a missing program.
  if (code === 'ENOENT' && !existsSync(folder)) return new PeerError('FOLDER_GONE', { folder }, { cause: error })
  const known = HINTS[program === 'npm' || program === 'npx' ? 'node' : program]
  if (code === 'ENOENT' && known !== undefined) return new PeerError('TOOL_MISSING', known, { cause: error })
  const reason =
    code === 'ENOENT'
      ? `There is no program ${program}.`
      : code === 'EACCES'
        ? `${program} may not be executed.`
        : message
  return new PeerError('START_FAILED', { command: argv.join(' '), reason }, { cause: error })
}

/** A shell command of the author's as a program and its arguments. */
export function shellArgv(command: string): string[] {
  return process.platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c', command] : ['/bin/sh', '-c', command]
}

/** On Windows npm, gradlew and mvn are scripts, which only cmd.exe runs. */
export function forPlatform(argv: string[]): string[] {
  const scripts = /^(npm|npx|yarn|pnpm|gradle|mvn)$|\.(cmd|bat)$/
  const [program = ''] = argv
  return process.platform === 'win32' && scripts.test(program) ? ['cmd.exe', '/d', '/s', '/c', ...argv] : argv
}
