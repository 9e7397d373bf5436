import { bashScript } from './bash.ts'
import type { Described } from './described.ts'
import { fishScript } from './fish.ts'
import { powershellScript } from './powershell.ts'
import type { Shell } from './shells.ts'
import { zshScript } from './zsh.ts'

const scripts: Record<Shell, (commands: Described[]) => string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
}

/**
 * A script that completes a program's commands in a shell. It holds everything, so that pressing Tab starts nothing: a
 * start of the installed program takes longer than anybody waits for a completion.
 */
export function completionScript(shell: Shell, commands: Described[]): string {
  return scripts[shell](commands)
}
