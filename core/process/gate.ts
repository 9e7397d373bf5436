import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, resolve } from 'node:path'

/**
 * The same command behind a gate: it begins when a line comes in on stdin, and never if stdin ends before. Until then
 * nothing of it runs, so that nothing can be left behind. A shell waits, and becomes the program: same process, same
 * group, same exit; its stdin is empty.
 *
 * A shell knows no variables with names such as `spring.profile`, and some forget them: `env` sets those.
 */
export function gated(argv: readonly string[], env: Record<string, string>): string[] {
  const foreign = Object.entries(env).filter(([name]) => !/^[A-Za-z_]\w*$/.test(name))
  const set = foreign.length === 0 ? [] : ['/usr/bin/env', ...foreign.map(([name, value]) => `${name}=${value}`)]
  return ['/bin/sh', '-c', 'read -r go && exec "$@" </dev/null', 'sh', ...set, ...argv]
}

/**
 * Whether the system can run this program, looked up as it does: the error it would refuse with, with `code` ENOENT or
 * EACCES, where it can't. A shell would only say so in words.
 */
export async function refusal(
  program: string,
  { cwd, env }: { cwd: string; env: Record<string, string> },
): Promise<NodeJS.ErrnoException | undefined> {
  const folders = (env['PATH'] ?? '/usr/bin:/bin').split(delimiter)
  const places = program.includes('/') ? [program] : folders.map((folder) => `${folder}/${program}`)
  let code = 'ENOENT'
  for (const place of places) {
    const file = resolve(cwd, place)
    const found = await stat(file).catch(() => undefined)
    if (found === undefined) continue
    const isRunnable =
      found.isFile() &&
      (await access(file, constants.X_OK).then(
        () => true,
        () => false,
      ))
    if (isRunnable) return undefined
    code = 'EACCES'
  }
  return Object.assign(new Error(`spawn ${program} ${code}`), { code, syscall: `spawn ${program}`, path: program })
}
