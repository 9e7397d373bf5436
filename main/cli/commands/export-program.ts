import type { Command } from 'commander'
import type { PrintOptions } from '../terminal/print.ts'
import type { ExportOptions } from './options.ts'

/** Run a command to its end and exit with its exit code. */
type Work = (command: (signal: AbortSignal) => Promise<number>, options: PrintOptions) => Promise<void>

/** `slipway export`: its flags and help. */
export function addExportCommand(program: Command, work: Work): void {
  program
    .command('export')
    .description('write what a client application needs: connection profile, wallet, MSP folders, peer.env')
    .argument('[folder]', 'chaincode folder', '.')
    .option('--out <dir>', 'folder to write to')
    .option('--test-network <dir>', 'write the folder organizations there, as Fabric’s public test network has it')
    .option('--force', 'overwrite files that Slipway didn’t write')
    .option('--data-dir <folder>', 'where its data is kept (default: <folder>/.slipway)')
    .option('--pretty', 'indent the JSON (default: on a terminal)')
    .addHelpText('after', '\nWith or without a running Slipway; one that runs knows its real ports.')
    .action((folder: string, options: ExportOptions) =>
      work(async (signal) => (await import('./export.ts')).exportFolder(folder, options, signal), options),
    )
}
