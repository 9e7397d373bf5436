import { Argument, Command, CommanderError, Option } from 'commander'
import { PeerError } from '../../core/contract/error.ts'
import { sayError } from '../host/say.ts'
import { shells, type Shell } from './completion/shells.ts'
import { addExportCommand } from './commands/export-program.ts'
import { addIdentityCommands } from './commands/identity-program.ts'
import { addRewindCommands } from './commands/rewind-program.ts'
import {
  addTransient,
  mspIds,
  modeName,
  portNumber,
  type CallOptions,
  type CleanOptions,
  type ExplainOptions,
  type PackageOptions,
  type RunOptions,
  type ServeOptions,
  type TestOptions,
} from './commands/options.ts'
import { describeTest } from './commands/test-program.ts'
import { untilInterrupted } from './interrupt.ts'
import { refusal } from './refusal.ts'
import { exitCode, exitCodeOfError } from './terminal/exit-code.ts'
import { printError, printErrorDocument, type PrintOptions } from './terminal/print.ts'

const EXAMPLES = `
Examples:
  slipway run .
  slipway submit . CreateAsset asset7 blue 5 Tomoko 400
  slipway evaluate . ReadAsset asset7 | jq -r .payload
  slipway submit . CreateAsset asset8 red 5 Ada 400 --as alice@Org2MSP
  slipway evaluate . ReadAsset asset7 --network test
  slipway identity issue . alice --attr color=blue
  slipway serve .
  slipway test .
  slipway package . --label assets_1.0
  slipway export . --out network
  npm run build 2>&1 | slipway explain

Put arguments that begin with a dash after two dashes: slipway submit . SetOffset -- -5

Exit codes:
  0  success
  1  the chaincode answered with an error
  2  usage or config
  3  launch or build failed
  4  the transaction was invalidated, or its peers came to different results
  5  timeout
`

const PRETTY = ['--pretty', 'indent the JSON (default: on a terminal)'] as const
const TRUST = ['--trust', 'allow what slipway.yaml wants beyond running its chaincode, and remember it'] as const

/** Run the command that the arguments name, and set the exit code. */
export async function run(version: string): Promise<void> {
  // A reader that has seen enough (`| head -1`, `2> >(grep -m1 Ready)`) closes the pipe; that isn't our error.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
  const program = newProgram(version)
  try {
    // Inside Electron, commander would look for its arguments elsewhere.
    await program.parseAsync(process.argv, { from: 'node' })
  } catch (thrown) {
    const error = thrown instanceof CommanderError ? refusal(thrown, program) : thrown
    process.exitCode = error === undefined ? exitCode.good : refuse(error, process.argv.slice(2))
  }
}

/** What is wrong with the arguments themselves: no command has seen its options yet. */
function refuse(error: unknown, args: string[]): number {
  // A shell runs what `completion` prints.
  if (args[0] !== 'completion') printErrorDocument(error, args.includes('--pretty') ? { pretty: true } : {})
  sayError(error)
  return exitCodeOfError(PeerError.from(error).code)
}

/** `slipway …`: its commands, flags and help. The code of a command is loaded when it runs. */
export function newProgram(version: string): Command {
  const program = new Command('slipway')
    .description('Runs a Hyperledger Fabric chaincode the moment you save it.')
    .version(version, '-V, --version', 'print the version of Slipway')
    .enablePositionalOptions()
    .addHelpText('after', EXAMPLES)
    .configureHelp({ showGlobalOptions: false })
    // It is told in our own words (refusal.ts).
    .configureOutput({ outputError: () => undefined })
    .exitOverride()
  addRun(program)
  addCall(program, 'submit')
  addCall(program, 'evaluate')
  addTest(program)
  addServe(program)
  addOpen(program)
  addPackage(program)
  addExplain(program)
  addClean(program)
  addExportCommand(program, work)
  addRewindCommands(program, (command, options) =>
    work(async () => command(await import('./commands/rewind.ts')), options),
  )
  addIdentityCommands(program, (command, options) =>
    work(async () => command(await import('./commands/identity.ts')), options),
  )
  addCompletion(program)
  return program
}

function addRun(program: Command): void {
  withChaincodeOptions(program.command('run'))
    .description('launch, watch, and keep running; each save is built and takes over once ready')
    .argument('<folder...>', 'chaincode folders; the first one holds the data')
    .option('--json', 'print the state and then every event, one per line')
    .option('--quiet', 'don’t print what tools and the chaincode print')
    .option('--take-over', 'let a process that you start take over from one that serves, without asking')
    .option('--ready-file <file>', 'write a JSON file once every chaincode is ready; removed at the end')
    .action((folders: string[], options: RunOptions) =>
      work(async (signal) => (await import('./commands/run.ts')).run(folders, options, signal)),
    )
}

function addCall(program: Command, kind: 'submit' | 'evaluate'): void {
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
        if (options.network !== undefined) {
          const { callNetwork } = await import('./commands/network-call.ts')
          return callNetwork(kind, folder, { function: name, args }, { ...options, network: options.network }, signal)
        }
        if (kind === 'submit') return (await import('./commands/submit.ts')).submit(folder, name, args, options, signal)
        return (await import('./commands/evaluate.ts')).evaluate(folder, name, args, options, signal)
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

function addTest(program: Command): void {
  describeTest(withLaunchOptions(program.command('test'))).action(
    (folder: string, names: string[], options: TestOptions) =>
      work(async (signal) => (await import('./commands/test.ts')).test(folder, names, options, signal)),
  )
}

function addServe(program: Command): void {
  withChaincodeOptions(program.command('serve'))
    .description('open the window in a browser of this machine')
    .argument('[folder...]', 'chaincode folders; the first one holds the data')
    .addOption(new Option('--port <number>', 'port on 127.0.0.1 (default: any free port)').argParser(portNumber))
    .option('--no-open', 'don’t open a browser')
    .action((folders: string[], options: ServeOptions) =>
      work(async (signal) => (await import('./commands/serve.ts')).serve(folders, options, signal)),
    )
}

function addOpen(program: Command): void {
  program
    .command('open')
    .description('open the window, or bring it to the front, with these folders')
    .argument('[folder...]', 'chaincode folders')
    .action((folders: string[]) => work(async (signal) => (await import('./commands/open.ts')).open(folders, signal)))
}

function addExplain(program: Command): void {
  program
    .command('explain')
    .description('say why it failed: reads what a tool or a chaincode printed and prints the cause as JSON')
    .argument('[file]', 'a file with the output (default: stdin)')
    .option('--folder <folder>', 'chaincode folder, to recognise its files (default: this one)')
    .option(...PRETTY)
    .action((file: string | undefined, options: ExplainOptions) =>
      work(async (signal) => (await import('./commands/explain.ts')).explain(file, options, signal), options),
    )
}

function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands and flags; its first lines say where to put it')
    .addArgument(new Argument('<shell>', 'your shell').choices(shells))
    .action((shell: Shell) => work(async () => (await import('./commands/completion.ts')).completion(shell, program)))
}

function addPackage(program: Command): void {
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
      work(async (signal) => (await import('./commands/package.ts')).packageFolder(folder, options, signal)),
    )
}

function addClean(program: Command): void {
  program
    .command('clean')
    .description('remove the containers and images that net mode made for a folder; the ledger stays')
    .argument('[folder]', 'chaincode folder', '.')
    .option('--all', 'those of every folder whose Slipway isn’t running')
    .option('--data-dir <folder>', 'where its data is kept (default: <folder>/.slipway)')
    .option(...PRETTY)
    .option(...TRUST)
    .action((folder: string, options: CleanOptions) =>
      work(async (signal) => (await import('./commands/clean.ts')).clean(folder, options, signal)),
    )
}

/** The flags of whatever launches a chaincode. */
function withLaunchOptions(command: Command): Command {
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
function withChaincodeOptions(command: Command): Command {
  return withLaunchOptions(command)
    .option('--data-dir <folder>', 'where ledger, identities and builds are kept (default: <folder>/.slipway)')
    .option('--no-watch', 'don’t rebuild on save')
}

/** Run a command until it ends, fails or is interrupted, and set its exit code. */
async function work(command: (signal: AbortSignal) => Promise<number>, options: PrintOptions = {}): Promise<void> {
  process.exitCode = await untilInterrupted(async (signal) => {
    try {
      return await command(signal)
    } catch (error) {
      if (signal.aborted) return exitCode.launch
      return printError(error, signal, { ...options, quiet: true })
    }
  })
}
