import type { Command } from 'commander'
import { described } from '../completion/described.ts'
import { completionScript } from '../completion/scripts.ts'
import type { Shell } from '../completion/shells.ts'
import { exitCode } from '../terminal/exit-code.ts'

/** `slipway completion SHELL`: a script for the shell to read, on stdout. */
export async function completion(shell: Shell, program: Command): Promise<number> {
  const script = completionScript(shell, described(program))
  await new Promise((written) => process.stdout.write(script, written))
  return exitCode.good
}
