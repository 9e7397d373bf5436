import type { Command } from 'commander'
import type { PrintOptions } from '../terminal/print.ts'
import type { CompareOptions, RewindOptions } from './options.ts'
import type * as commands from './rewind.ts'

/** Run a command to its end and exit with its exit code. */
type Work = (command: (to: typeof commands) => Promise<number>, options: PrintOptions) => Promise<void>

/** `slipway rewind`, `reset` and `checkpoint`: their flags and help. */
export function addRewindCommands(program: Command, work: Work): void {
  withChannel(program.command('rewind'))
    .description('take the ledger back to a height or a checkpoint; what was written since is kept as a branch')
    .argument('<folder>', 'chaincode folder; may be left out where it is this one')
    .argument('[to]', 'number of blocks, name of a checkpoint, or id of a branch')
    .addHelpText(
      'after',
      '\nWith or without a running Slipway. It prints the id of the branch: `slipway rewind FOLDER ID` restores it.',
    )
    .action((folder: string, to: string | undefined, options: RewindOptions) =>
      work((of) => of.rewind(words(folder, to), options), options),
    )

  withChannel(program.command('checkpoint'))
    .description('name a height of the ledger, to come back to it with rewind')
    .argument('[folder]', 'chaincode folder; may be left out where it is this one')
    .argument('[name]', 'name of the checkpoint, for example "before the sale"')
    .option('--height <blocks>', 'number of blocks (default: the present height)')
    .option('--list', 'list checkpoints and branches instead')
    .option('--remove', 'remove the checkpoint instead; the ledger stays as it is')
    .action((folder: string | undefined, name: string | undefined, options: RewindOptions) =>
      work((of) => of.checkpoint(words(folder, name), options), options),
    )

  withChannel(program.command('compare'))
    .description('print which keys differ between the state at two points, and how')
    .argument('<folder>', 'chaincode folder; may be left out where it is this one')
    .argument('[from]', 'number of blocks, name of a checkpoint, or id of a branch')
    .option('--to <point>', 'the other point (default: as it is now)')
    .action((folder: string, from: string | undefined, options: CompareOptions) =>
      work((of) => of.compare(words(folder, from), options), options),
    )

  withChannel(program.command('reset'))
    .description('empty the state: take back all blocks after the definitions; they are kept as a branch')
    .argument('[folder]', 'chaincode folder', '.')
    .action((folder: string, options: RewindOptions) => work((of) => of.reset(folder, options), options))
}

export function withChannel(command: Command): Command {
  return command
    .option('--channel <channel>', 'which channel, if there are several')
    .option('--data-dir <folder>', 'where its data is kept (default: <folder>/.slipway)')
    .option('--pretty', 'indent the JSON (default: on a terminal)')
}

function words(...given: (string | undefined)[]): string[] {
  return given.filter((word) => word !== undefined)
}
