import type { Command, CommanderError } from 'commander'
import { PeerError } from '../../core/contract/error.ts'

/**
 * What commander refuses, as an error of ours: its sentence, what was probably meant, and whose help says more.
 *
 * @returns undefined where nothing was refused: help or the version was asked for
 */
export function refusal({ code, message, exitCode }: CommanderError, program: Command): PeerError | undefined {
  if (exitCode === 0) return undefined
  const help = `See \`${pathIn(program, process.argv.slice(2))} --help\`.`
  // It has shown its help, because a command of its own was expected.
  if (code === 'commander.help') return new PeerError('USAGE', { message: 'No command is given.', do: help })
  const [, sentence = message, meant] = /^(?:error: )?(.*?)\.?\s*(?:\((Did you mean .*\?)\))?$/s.exec(message) ?? []
  const why = `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`
  return new PeerError('USAGE', { message: why, do: meant === undefined ? help : `${meant} ${help}` })
}

/** `slipway identity issue`, as far as the arguments name commands. */
function pathIn(program: Command, args: readonly string[]): string {
  let [command, path] = [program, program.name()]
  for (const arg of args) {
    const next = command.commands.find((candidate) => candidate.name() === arg)
    if (next === undefined) return path
    ;[command, path] = [next, `${path} ${next.name()}`]
  }
  return path
}
