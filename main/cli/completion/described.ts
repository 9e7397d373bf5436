import type { Argument, Command, Option } from 'commander'

/** What can stand in one place of a command line. */
export type Values = { of: 'words'; words: readonly string[] } | { of: 'folders' | 'files' | 'text' }

export interface DescribedFlag {
  /** `-V`, `--version`. */
  names: string[]
  description: string
  /** Undefined for a switch. */
  value: Values | undefined
}

/** A command as its completions need it. */
export interface Described {
  /** `slipway identity issue`. */
  path: string
  subcommands: { name: string; description: string }[]
  flags: DescribedFlag[]
  /** Its arguments in their order; the last one may repeat. */
  operands: { values: Values; repeats: boolean }[]
}

/** A program and all its commands, from commander's own description of them. */
export function described(command: Command, parents = ''): Described[] {
  const path = `${parents}${command.name()}`
  const help = command.createHelp()
  const subcommands = help.visibleCommands(command)
  return [
    {
      path,
      subcommands: subcommands.map((sub) => ({ name: sub.name(), description: firstLine(sub.description()) })),
      flags: help.visibleOptions(command).map(describedFlag),
      operands: command.registeredArguments.map((argument) => ({
        values: valuesOf(argument.argChoices, argument.name()),
        repeats: argument.variadic,
      })),
    },
    // `help` itself takes the name of a command.
    ...command.commands.flatMap((sub) => described(sub, `${path} `)),
  ]
}

function describedFlag(option: Option): DescribedFlag {
  const takesValue = option.required || option.optional
  return {
    names: [option.short, option.long].filter((name) => name !== undefined),
    description: firstLine(option.description),
    value: takesValue ? valuesOf(option.argChoices, placeholder(option)) : undefined,
  }
}

/** `<folder>` in a flag's usage says what it takes. */
function placeholder({ flags }: Option): string {
  return /[<[](.+?)[\]>]/.exec(flags)?.[1] ?? ''
}

function valuesOf(choices: Argument['argChoices'], name: string): Values {
  if (choices !== undefined) return { of: 'words', words: choices }
  if (name === 'folder') return { of: 'folders' }
  return { of: name === 'file' ? 'files' : 'text' }
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? ''
}
