import { powerShell, posix } from '../custodian/launch-command.ts'

/** How a word of a command is written for the shell of that system. */
export function quoteFor(platform: NodeJS.Platform): (text: string) => string {
  return platform === 'win32' ? powerShell.quote : posix.quote
}
