import { Option, type Command } from 'commander'
import { keyAlgorithms, roles } from '../../../core/contract/identity.ts'
import type { PrintOptions } from '../terminal/print.ts'
import type * as commands from './identity.ts'
import type { ExportOptions, IdentityOptions, ImportOptions, IssueOptions } from './identity.ts'
import { addAttribute, keyAlgorithmName, roleName } from './options.ts'

type Commands = typeof commands
/** Run a command to its end and exit with its exit code. */
type Work = (command: (commands: Commands) => Promise<number>, options: PrintOptions) => Promise<void>

/** `slipway identity …`: its commands, flags and help. */
export function addIdentityCommands(program: Command, work: Work): void {
  const identity = program
    .command('identity')
    .description('the identities that can call: issue, import, export, remove; with or without a running Slipway')

  withDataDir(identity.command('list'))
    .description('list the organisations and their identities: a table on a terminal, otherwise JSON')
    .argument('[folder]', 'chaincode folder', '.')
    .action((folder: string, options: IdentityOptions) => work((to) => to.list(folder, options), options))

  ofOne(identity.command('show'))
    .description('show subject, attributes, expiry, and the ids that chaincode gets from GetID')
    .action((folder: string, name: string, options: IdentityOptions) =>
      work((to) => to.show(folder, name, options), options),
    )

  withDataDir(identity.command('issue'))
    .description('issue one from the development CA of an organisation')
    .argument('<folder>', 'chaincode folder')
    .argument('<name>', 'name, which becomes the CN of the certificate')
    .option('--org <mspId>', "organisation (default: the peer's own)")
    .addOption(new Option('--role <role>', 'its role').choices(roles).argParser(roleName))
    .addOption(
      new Option('--attr <name=value>', 'attribute for access control; can be repeated')
        .argParser(addAttribute)
        .default({}, 'none'),
    )
    .option('--affiliation <path>', 'e.g. org1.department1')
    .addOption(
      new Option('--key-algorithm <algorithm>', 'ECDSA (default), or Ed25519 for channels with capability V3_0')
        .choices(keyAlgorithms)
        .argParser(keyAlgorithmName),
    )
    .action((folder: string, name: string, options: IssueOptions) =>
      work((to) => to.issue(folder, name, options), options),
    )

  withDataDir(identity.command('import'))
    .description('import a certificate and its key, or an MSP folder')
    .argument('<folder>', 'chaincode folder')
    .argument('<name>', 'name for it in Slipway')
    .option('--org <mspId>', "organisation (default: the peer's own)")
    .option('--cert <file>', 'certificate, PEM')
    .option('--key <file>', 'private key, PEM')
    .option('--msp <folder>', 'MSP folder with signcerts, keystore and cacerts, instead of --cert and --key')
    .option('--ca <file>', 'certificates of the CAs that issued it, PEM; the organisation then trusts them')
    .addHelpText('after', '\nWithout its CA, its calls are refused as on a real peer: access denied.')
    .action((folder: string, name: string, options: ImportOptions) =>
      work((to) => to.importIdentity(folder, name, options), options),
    )

  ofOne(identity.command('export'))
    .description('write certificate, private key and CA into a new folder')
    .option('--output <folder>', 'folder to create (default: ./<name>@<mspId>)')
    .option('--msp', 'as an MSP folder, for the peer CLI')
    .action((folder: string, name: string, options: ExportOptions) =>
      work((to) => to.exportIdentity(folder, name, options), options),
    )

  ofOne(identity.command('remove'))
    .description('delete its certificate and key permanently')
    .action((folder: string, name: string, options: IdentityOptions) =>
      work((to) => to.remove(folder, name, options), options),
    )

  ofOne(identity.command('default'))
    .description('use it for calls that don’t name an identity')
    .action((folder: string, name: string, options: IdentityOptions) =>
      work((to) => to.setDefault(folder, name, options), options),
    )

  withDataDir(identity.command('add-org'))
    .description('create an organisation with a CA, a peer and User1')
    .argument('<folder>', 'chaincode folder')
    .argument('<mspId>', 'e.g. Org2MSP')
    .action((folder: string, mspId: string, options: IdentityOptions) =>
      work((to) => to.addOrganisation(folder, mspId, options), options),
    )
}

function ofOne(command: Command): Command {
  return withDataDir(command)
    .argument('<folder>', 'chaincode folder')
    .argument('<identity>', "alice@Org2MSP, or alice of the peer's own organisation")
}

function withDataDir(command: Command): Command {
  return command
    .option('--data-dir <folder>', 'where its data is kept (default: <folder>/.slipway)')
    .option('--pretty', 'indent the JSON (default: on a terminal)')
}
