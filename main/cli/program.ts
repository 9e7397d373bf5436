import { Argument, Command, CommanderError, Option } from 'commander'
import { PeerError } from '../../core/contract/error.ts'
import { sayError } from '../host/say.ts'
import { shells, type Shell } from './completion/shells.ts'
import { addExportCommand } from './commands/export-program.ts'
import { addCallCommands } from './commands/call-program.ts'
import { withChaincodeOptions, withLaunchOptions } from './commands/chaincode-options.ts'
import { addIdentityCommands } from './commands/identity-program.ts'
import { addRewindCommands } from './commands/rewind-program.ts'
import { addStateCommands } from './commands/state-file-program.ts'
import { addPackagingCommands } from './commands/packaging-program.ts'
import {
  DEBUG,
  portNumber,
  PRETTY,
  TRUST,
  type CleanOptions,
  type ExplainOptions,
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
  addCallCommands(program, work)
  addTest(program)
  addServe(program)
  addOpen(program)
  addPackagingCommands(program, work)
  addExplain(program)
  addClean(program)
  addExportCommand(program, work)
  addRewindCommands(program, (command, options) =>
    work(async () => command(await import('./commands/rewind.ts')), options),
  )
  addStateCommands(program, (command, options) =>
    work(async (signal) => command(await import('./commands/state-file.ts'), signal), options),
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
    .option(...DEBUG)
    .option('--json', 'print the state and then every event, one per line')
    .option('--quiet', 'don’t print what tools and the chaincode print')
    .option('--define', 'define the chaincode as its folder says, also where it was defined by hand with _lifecycle')
    .option('--take-over', 'let a process that you start take over from one that serves, without asking')
    .option('--ready-file <file>', 'write a JSON file once every chaincode is ready; removed at the end')
    .action((folders: string[], options: RunOptions) =>
      work(async (signal) => (await import('./commands/run.ts')).run(folders, options, signal)),
    )
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
    .option(...DEBUG)
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
