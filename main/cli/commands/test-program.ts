import type { Command } from 'commander'

/** The arguments and flags of `slipway test`, beside those of whatever launches a chaincode. */
export function describeTest(command: Command): Command {
  return command
    .description('play the scenarios of a chaincode: files scenarios/*.yaml with calls and what they should answer')
    .argument('[folder]', 'chaincode folder', '.')
    .argument('[scenario...]', 'names of scenarios (default: all)')
    .option('--json', 'print one JSON document for each scenario, and one for all')
    .option('--junit <file>', 'write a report in JUnit’s format')
    .option('--watch', 'play them again whenever the chaincode or a scenario is saved')
    .option('--update', 'write what was answered into the files as what is expected')
    .option('--record <name>', 'write a scenario of the calls made so far, and play nothing')
    .option('--network <name>', 'play them on a real network that slipway.yaml names, as it is')
    .option('--data-dir <folder>', 'your ledger, for scenarios that start on a copy of it (default: <folder>/.slipway)')
    .option('--quiet', 'don’t print the output of tools and the chaincode if the launch fails')
}
