import { existsSync } from 'node:fs'
import { PeerError } from '../contract/error.ts'
import { systemFault } from '../contract/system-fault.ts'
import { waitFor } from '../facts/wait.ts'
import type { Guard } from '../process/guardian.ts'
import { startChild, type Child } from '../process/child.ts'
import { findProgram } from '../process/find-program.ts'
import type { PrintLine } from '../process/print-line.ts'
import { newDiagnosticReader } from './diagnostics.ts'
import { environment } from './environment.ts'
import { printedBy } from './printed-by.ts'
import type { Project } from '../project/project.ts'

/** One run of a build: its number, where its output goes, and what ends it early. */
export interface BuildRun {
  number: number
  /** The build that serves now: its files must stay. */
  serving?: number | undefined
  /** Output of the tools, line by line. */
  print: PrintLine
  /** A few words for the launch timeline: `npm ci`, `tsc`. */
  note(words: string): void
  /** `chaincode.buildtimeout`. */
  timeoutMs: number
  signal: AbortSignal
  /** Ends the tools if Slipway is gone. */
  guard?: Guard | undefined
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
    if (await isMissingScript(argv, environment(project.env))) throw new MissingScript()
    child = await startChild({
      argv: forPlatform(argv),
      cwd: project.folder,
      env: environment(project.env),
      line({ at, stream, text }) {
        reader.read(text)
        run.print({ at, source: 'build', stream, text })
      },
      reap: false,
      guard: run.guard,
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
  const { words } = exit
  const printed = printedBy(project, child.kept())
  if (kind === 'install') throw new PeerError('INSTALL_FAILED', { command, words, ...printed })
  throw new PeerError('BUILD_FAILED', { command, words, ...printed, diagnostics: reader.found() })
}

const HINTS: Record<string, { tool: string; needed: string; hint: string }> = {
  go: {
    tool: 'Go',
    needed: 'The `go` command compiles Go chaincode.',
    hint: 'Install Go from https://go.dev/dl/, make sure `go version` works in a new terminal, then restart Slipway.',
  },
  node: {
    tool: 'Node.js',
    needed: 'The `node` command runs Node chaincode.',
    hint: 'Install Node.js from https://nodejs.org/, make sure `node --version` works in a new terminal, then restart Slipway.',
  },
  java: {
    tool: 'Java',
    needed: 'The `java` command runs Java chaincode.',
    hint: 'Install a JDK (11 or newer), make sure `java -version` works in a new terminal, then restart Slipway.',
  },
  gradle: {
    tool: 'Gradle',
    needed: 'The folder has a Gradle build but no gradlew.',
    hint: 'Install Gradle, or add its wrapper to the project with `gradle wrapper`.',
  },
  mvn: {
    tool: 'Maven',
    needed: 'The folder has a pom.xml but no mvnw.',
    hint: 'Install Maven, or add its wrapper to the project with `mvn wrapper:wrapper`.',
  },
  ...Object.fromEntries(
    ['pnpm', 'yarn', 'bun'].map((tool) => [
      tool,
      {
        tool,
        needed: `${tool} made the folder's node_modules, or package.json has dependencies that only ${tool} installs.`,
        hint: `Install it (\`npm install -g ${tool}\`), make sure \`${tool} --version\` works in a new terminal, then restart Slipway. If npm can install the dependencies, deleting node_modules is enough: Slipway then uses npm, as a peer does.`,
      },
    ]),
  ),
}

/** The system's refusal to start a program, as TOOL_MISSING, START_FAILED or FOLDER_GONE. */
export function cannotRun(argv: string[], folder: string, error: unknown): PeerError {
  const { code, message } = error as NodeJS.ErrnoException
  const program = argv[0] ?? ''
  // The system reports a missing working folder like a missing program.
  if (code === 'ENOENT' && !existsSync(folder)) return new PeerError('FOLDER_GONE', { folder }, { cause: error })
  const known = HINTS[program === 'npm' || program === 'npx' ? 'node' : program]
  if (code === 'ENOENT' && known !== undefined) return new PeerError('TOOL_MISSING', known, { cause: error })
  const reason =
    code === 'ENOENT'
      ? `The program ${program} was not found.`
      : code === 'EACCES'
        ? `${program} is not executable.`
        : message
  return new PeerError('START_FAILED', { command: argv.join(' '), reason, fault: systemFault(error) }, { cause: error })
}

/** The author's shell command as a program and its arguments. */
export function shellArgv(command: string): string[] {
  return process.platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c', command] : ['/bin/sh', '-c', command]
}

/** Programs that are scripts on Windows, which only cmd.exe runs. */
const SCRIPTS = /^(npm|npx|yarn|pnpm|gradle|mvn)$|\.(cmd|bat)$/

export function forPlatform(argv: string[]): string[] {
  const [program = ''] = argv
  return process.platform === 'win32' && SCRIPTS.test(program) ? ['cmd.exe', '/d', '/s', '/c', ...argv] : argv
}

/** As the system reports a missing program; cmd.exe only says so in words. */
class MissingScript extends Error {
  readonly code = 'ENOENT'
}

async function isMissingScript([program = '']: string[], env: Record<string, string>): Promise<boolean> {
  if (process.platform !== 'win32' || !SCRIPTS.test(program) || /[\\/]/.test(program)) return false
  return (await findProgram(program, env, /^\.(exe|com|cmd|bat)$/i)) === undefined
}
