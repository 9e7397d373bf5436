import { Option, type Command } from 'commander'
import { withChaincodeOptions } from './chaincode-options.ts'
import { addTransient, mspIds, PRETTY, type CallOptions } from './options.ts'

/** Runs a command until it ends, fails or is interrupted, and sets its exit code. */
type Work = (command: (signal: AbortSignal) => Promise<number>) => Promise<void>

/** `slipway submit` and `slipway evaluate`: their flags and help. The code of a command is loaded when it runs. */
export function addCallCommands(program: Command, work: Work): void {
  addCall(program, 'submit', work)
  addCall(program, 'evaluate', work)
}

function addCall(program: Command, kind: 'submit' | 'evaluate', work: Work): void {
  const command = withChaincodeOptions(program.command(kind))
    .description(
      kind === 'submit'
        ? 'launch if needed, submit a transaction, print one JSON result, exit'
        : 'the same without ordering; nothing is written',
    )
    .argument('<folder>', 'chaincode folder')
    .argument('<function>', 'function of the contract, e.g. ReadAsset')
    .argument('[args...]', 'its arguments, as text')
    .addOption(
      new Option('--transient <key=value>', 'transient data; can be repeated')
        .argParser(addTransient)
        .default({}, 'none'),
    )
    .option('--identity <identity>', 'the caller, e.g. alice@Org2MSP (default: the default identity)')
    .option('--as <identity>', 'short for --identity')
    .option('--quiet', 'don’t print the output of tools and the chaincode if the launch fails')
    .option(...PRETTY)
    .option('--isInit', 'call it as the init function of a chaincode that requires one')
    .option(
      '--chaincode <name>',
      'another chaincode than the folder’s: qscc, cscc, lscc, _lifecycle, or another open one',
    )
    .option('--network <name>', 'call it on a real network that slipway.yaml names, and start nothing here')
    .action((folder: string, name: string, args: string[], options: CallOptions) =>
      work(async (signal) => {
        if (options.network !== undefined)
          return (await import('./network-call.ts')).callNetwork(kind, folder, [name, ...args], options, signal)
        if (kind === 'submit') return (await import('./submit.ts')).submit(folder, name, args, options, signal)
        return (await import('./evaluate.ts')).evaluate(folder, name, args, options, signal)
      }),
    )
  if (kind === 'submit') {
    command.addOption(
      new Option(
        '--endorsers <mspId,…>',
        'whose peers endorse (default: as few as the endorsement policies require)',
      ).argParser(mspIds),
    )
  }
}
