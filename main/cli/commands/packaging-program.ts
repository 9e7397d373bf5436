import type { Command } from 'commander'
import { PRETTY, TRUST, type DeployOptions, type PackageOptions } from './options.ts'

/** Runs a command until it ends, fails or is interrupted, and sets its exit code. */
type Work = (command: (signal: AbortSignal) => Promise<number>) => Promise<void>

/** `slipway package` and `slipway deploy`: their flags and help. The code of a command is loaded when it runs. */
export function addPackagingCommands(program: Command, work: Work): void {
  addPackage(program, work)
  addDeploy(program, work)
}

function addPackage(program: Command, work: Work): void {
  program
    .command('package')
    .description('write the chaincode package that a real peer installs; starts nothing and doesn’t need Docker')
    .argument('<folder>', 'chaincode folder')
    .option('--name <name>', 'which chaincode, if slipway.yaml lists several; otherwise the name in its label')
    .option('--version <version>', 'version of the chaincode, used in its label')
    .option('--label <label>', 'label of the package (default: <name>_<version>)')
    .option('--output <file>', 'file or folder to write to (default: <label>.tar.gz in the chaincode folder)')
    .option('--ccaas <address>', 'package it as a service: HOST:PORT for the peer to dial')
    .option('--no-build', 'package the files as they are; by default TypeScript is built first')
    .option(...PRETTY)
    .option(...TRUST)
    .addHelpText(
      'after',
      '\nReports what would keep the chaincode from working on a peer; the package is still written, but the exit code is 3.',
    )
    .action((folder: string, options: PackageOptions) =>
      work(async (signal) => (await import('./package.ts')).packageFolder(folder, options, signal)),
    )
}

function addDeploy(program: Command, work: Work): void {
  program
    .command('deploy')
    .description(
      'package, install, approve and commit on a real network what the identity may; says what others have to do',
    )
    .argument('[folder]', 'chaincode folder', '.')
    .requiredOption('--network <name>', 'the network, as slipway.yaml names it')
    .option('--name <name>', 'which chaincode, if slipway.yaml lists several')
    .option('--version <version>', 'version of the chaincode, instead of the detected one')
    .option('--channel <channel>', 'channel to define it on')
    .option('--label <label>', 'label of the package (default: <name>_<version>)')
    .option('--no-build', 'package the files as they are; by default TypeScript is built first')
    .option(...PRETTY)
    .option(...TRUST)
    .action((folder: string, options: DeployOptions) =>
      work(async (signal) => (await import('./deploy.ts')).deployFolder(folder, options, signal)),
    )
}
