import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { userInfo } from 'node:os'
import { basename } from 'node:path'
import { messageOf } from '../../core/contract/error-message.ts'

/** How long a login shell may take: some read nvm and more at each start. */
const DEADLINE_MS = 10_000

/** What a shell sets for itself, what is ours, and what we set for the shell. */
const NOT_TAKEN = /^(_|SHLVL|PWD|OLDPWD|SHELL_SESSION_ID|SLIPWAY_.*|ELECTRON_.*|DISABLE_AUTO_UPDATE|ZSH_TMUX_.*)$/

/** What a login shell was asked for. */
export type ShellEnvironment = { env: Record<string, string> } | { reason: string }

/**
 * The environment of the user's login shell. A desktop starts programs with a PATH of its own, without what nvm, fnm,
 * volta, asdf or Homebrew add in the shell's profile. Never rejects; the shell and all it started end with the deadline.
 *
 * The package shell-env does the same, but nothing can end its shell: a profile that waits for an answer would stay.
 */
export async function readShellEnvironment({
  env = process.env,
  deadlineMs = DEADLINE_MS,
}: { env?: NodeJS.ProcessEnv; deadlineMs?: number } = {}): Promise<ShellEnvironment> {
  const shell = loginShell(env)
  const mark = randomUUID()
  // Profiles print greetings, so marks enclose what we want; env -0, where it exists, keeps values of several lines whole.
  const command = `/bin/sh -c 'printf ${mark}; /usr/bin/env -0 2>/dev/null || /usr/bin/env; printf ${mark}'`
  // tcsh takes -l only as its only flag.
  const flags = /^t?csh$/.test(basename(shell)) ? ['-ic', command] : ['-ilc', command]
  const options = {
    // An interactive shell in a session of its own can't stop us by taking a terminal, and can be ended as a whole.
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    // Oh My Zsh and its tmux plugin would ask, or start a terminal.
    env: { ...env, DISABLE_AUTO_UPDATE: 'true', ZSH_TMUX_AUTOSTARTED: 'true', ZSH_TMUX_AUTOSTART: 'false' },
  } satisfies SpawnOptions
  let child: ChildProcess | undefined
  try {
    child = spawn(shell, flags, options)
    const printed = await outputUntil(child, mark, deadlineMs)
    const [, between, after] = printed.split(mark)
    if (between !== undefined && after !== undefined) return { env: parse(between) }
    return { reason: `${shell} didn't run the command` }
  } catch (error) {
    return { reason: messageOf(error) }
  } finally {
    if (child !== undefined) await end(child)
  }
}

/**
 * Take the login shell's environment over into this process, whose programs then see what they see in a terminal.
 * Returns a note for the log if that failed and the process keeps its own.
 */
export async function takeShellEnvironment(options: { deadlineMs?: number } = {}): Promise<string | undefined> {
  const read = await readShellEnvironment(options)
  if ('env' in read) {
    Object.assign(process.env, read.env)
    return undefined
  }
  return `Slipway couldn't read the environment of your login shell (${read.reason}). It looks for Node, Go, Java and Docker on the PATH it was started with: ${process.env['PATH'] ?? ''}`
}

function loginShell(env: NodeJS.ProcessEnv): string {
  if (env['SHELL'] !== undefined && env['SHELL'] !== '') return env['SHELL']
  try {
    return userInfo().shell ?? '/bin/sh'
  } catch {
    // A user without an entry in /etc/passwd, as in a container.
    return '/bin/sh'
  }
}

/**
 * What the shell prints until the second mark, or until it ends. It isn't waited for after that: something that its
 * profile started may hold the pipe open. Rejects if it can't be started, or at the deadline.
 */
function outputUntil(child: ChildProcess, mark: string, deadlineMs: number): Promise<string> {
  return new Promise((settle, reject) => {
    let printed = ''
    const late = setTimeout(() => {
      reject(new Error(`${child.spawnfile} took longer than ${deadlineMs / 1000} s`))
    }, deadlineMs)
    const done = () => {
      clearTimeout(late)
      settle(printed)
    }
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      if (printed.split(mark).length > 2) done()
    })
    child.once('close', done)
    child.once('error', (error) => {
      clearTimeout(late)
      reject(error)
    })
  })
}

/** End the shell and everything in its session that it started. */
async function end(child: ChildProcess): Promise<void> {
  child.stdout?.destroy()
  if (child.pid === undefined) return
  const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended, and so has everything it started.
  }
  await exited
}

/** `env -0` ends each variable with NUL, plain `env` with a line break. */
function parse(printed: string): Record<string, string> {
  const variables = printed.split(printed.includes('\0') ? '\0' : '\n').flatMap((entry) => {
    const at = entry.indexOf('=')
    const name = entry.slice(0, at)
    return at > 0 && !NOT_TAKEN.test(name) ? [[name, entry.slice(at + 1)] as const] : []
  })
  return Object.fromEntries(variables)
}
