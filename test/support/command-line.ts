import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { root } from '../../main/root.ts'
import { eventually } from './eventually.ts'
import { unpublished } from './published-results.ts'
import { UNSHARE } from './require.ts'

/** How a command ended, and what it printed. */
export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** A command that runs. */
export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  stdout(): string
  stderr(): string
  /** Wait until stdout or stderr holds a text. */
  says(text: string | RegExp): Promise<void>
}

/** Build what the doors run, where it is out of date; test files that do so at once wait for each other. */
export function buildDoors(): void {
  const script = "import { build } from './build/prepare.mjs'; build()"
  const args = ['--input-type=module', '--eval', script]
  const built = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  expect(built.status).toBe(0)
}

/**
 * Start `slipway …` as its own process, from what was built; it is killed with the test where it has not ended.
 */
export function startSlipway(
  args: string[],
  env: Record<string, string> = {},
  script = join(root, 'dist/cli.js'),
): Started {
  return started(process.execPath, [script, ...args], env)
}

/** A program, killed with the test where it has not ended. `input` is its stdin, to the end; without it stdin is empty. */
export function started(
  program: string,
  args: string[],
  env: Record<string, string> = {},
  input?: string | Buffer,
): Started {
  const options = { env: { ...process.env, CI: '1', ...env } }
  const child =
    input === undefined
      ? spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
      : spawn(program, args, { ...options, stdio: 'pipe' })
  // One that ends early doesn't read all of it.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(input)
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new Promise<Ended>((settle) => {
    child.on('close', (code) => settle({ code, stdout, stderr }))
  })
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await ended
    expect(unpublished(args, stdout)).toEqual([])
  })
  const both = () => stdout + stderr
  return {
    child,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    async says(text) {
      await eventually(both).toMatch(text)
    },
  }
}

/**
 * Start a shell script with mounts that only it sees, and that are gone with it: `needs('mounts')`. In it `slipway` is
 * the command.
 */
export function inMounts(script: string, env: Record<string, string> = {}): Started {
  const command = `slipway() { "${process.execPath}" "${join(root, 'dist/cli.js')}" "$@"; }\n${script}`
  return started('unshare', [UNSHARE, '/bin/sh', '-c', command], env)
}

/** Run `slipway …` to its end. */
export function slipway(...args: string[]): Promise<Ended> {
  return startSlipway(args).ended
}

/** The same, with this on its stdin. */
export function slipwayReading(input: string | Buffer, ...args: string[]): Promise<Ended> {
  return started(process.execPath, [join(root, 'dist/cli.js'), ...args], {}, input).ended
}
