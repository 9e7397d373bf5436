import type { Command } from 'commander'
import type { PrintOptions } from '../terminal/print.ts'
import { TRUST, type StateOptions } from './options.ts'
import { withChannel } from './rewind-program.ts'
import type * as commands from './state-file.ts'

/** Run a command to its end and exit with its exit code. */
type Work = (
  command: (to: typeof commands, signal: AbortSignal) => Promise<number>,
  options: PrintOptions,
) => Promise<void>

/** `slipway export-state` and `import-state`: their flags and help. */
export function addStateCommands(program: Command, work: Work): void {
  withChannel(program.command('export-state'))
    .description('print the state as JSON lines: one key a line, private data and key policies too')
    .argument('[folder]', 'chaincode folder', '.')
    .option('--out <file>', 'write it to a file instead')
    .option('--force', 'replace that file')
    .option('--at <point>', 'as it was at a number of blocks, a checkpoint or a branch (default: as it is now)')
    .option('--chaincode <name>', 'only the keys of this chaincode')
    .addHelpText(
      'after',
      '\nWith or without a running Slipway. The file has private data in plain text, where the state has any.',
    )
    .option('--network <name>', 'of a real network that slipway.yaml names, from its blocks; they have no private data')
    .option(...TRUST)
    .action((folder: string, options: StateOptions) =>
      work((of, signal) => of.exportState(folder, options, signal), options),
    )

  withChannel(program.command('import-state'))
    .description('write the keys of such a file to the ledger, in blocks of their own: all of them or none')
    .argument('<folder>', 'chaincode folder; may be left out where it is this one')
    .argument('[file]', 'what export-state wrote')
    .addHelpText(
      'after',
      '\nKeys that the file doesn’t name stay as they are; `slipway reset` before it empties the state.',
    )
    .action((folder: string, file: string | undefined, options: StateOptions) =>
      work((of) => of.importState(file === undefined ? [folder] : [folder, file], options), options),
    )
}
