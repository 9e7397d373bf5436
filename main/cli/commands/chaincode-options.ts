import { Option, type Command } from 'commander'
import { modeName, TRUST } from './options.ts'

/** The flags of every command that opens a chaincode. */
export function withChaincodeOptions(command: Command): Command {
  return withLaunchOptions(command)
    .option('--data-dir <folder>', 'where ledger, identities and builds are kept (default: <folder>/.slipway)')
    .option('--no-watch', 'don’t rebuild on save')
}

/** The flags of whatever launches a chaincode. */
export function withLaunchOptions(command: Command): Command {
  return command
    .option('--name <name>', 'name of the chaincode, instead of the detected one')
    .option('--version <version>', 'version of the chaincode, instead of the detected one')
    .option('--channel <channel>', 'channel to deploy it on')
    .addOption(
      new Option('--mode <mode>', 'a plain process or a container').choices(['dev', 'net']).argParser(modeName),
    )
    .option(...TRUST)
}

/** With those of one that has a ledger to keep. */
