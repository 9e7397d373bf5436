import { Option, type Command } from 'commander'
import type * as commands from './identity.ts'
import type { ExportOptions, IdentityOptions, ImportOptions, IssueOptions } from './identity.ts'
import { addAttribute, roleName } from './options.ts'

type Commands = typeof commands
/** Run a command to its end and leave with its exit code. */
type Work = (command: (commands: Commands) => Promise<number>) => Promise<void>

/** `slipway identity …`: its commands, flags and help. */
export function addIdentityCommands(program: Command, work: Work): void {
  const identity = program
    .command('identity')
    .description('identities that may call: issue, import, export, remove; with or without a running Slipway')

  dataDir(identity.command('list'))
    .description('every organisation and who is in it')
    .argument('[folder]', 'chaincode folder', '.')
    .action((folder: string, options: IdentityOptions) => work((to) => to.list(folder, options)))

  one(identity.command('show'))
    .description('subject, attributes, expiry, and the ids that chaincode gets from GetID')
    .action((folder: string, name: string, options: IdentityOptions) => work((to) => to.show(folder, name, options)))

  dataDir(identity.command('issue'))
    .description('have the development CA of an organisation make one')
    .argument('<folder>', 'chaincode folder')
    .argument('<name>', 'its name, the CN of the certificate')
    .option('--org <mspId>', "organisation (default: the peer's own)")
    .addOption(new Option('--role <role>', 'client, peer, admin or orderer').argParser(roleName))
    .addOption(
      new Option('--attr <name=value>', 'attribute for access control; may be given again')
        .argParser(addAttribute)
        .default({}, 'none'),
    )
    .option('--affiliation <path>', 'e.g. org1.department1')
    .action((folder: string, name: string, options: IssueOptions) => work((to) => to.issue(folder, name, options)))

  dataDir(identity.command('import'))
    .description('take a certificate and its key, or an MSP folder')
    .argument('<folder>', 'chaincode folder')
    .argument('<name>', 'its name here')
    .option('--org <mspId>', "organisation (default: the peer's own)")
    .option('--cert <file>', 'certificate, PEM')
    .option('--key <file>', 'private key, PEM')
    .option('--msp <folder>', 'MSP folder with signcerts, keystore and cacerts, in place of --cert and --key')
    .option('--ca <file>', 'certificates of the CAs that issued it, PEM: the organisation trusts them from then on')
    .addHelpText('after', '\nWithout its CA, calls with it are refused as on a peer: access denied.')
    .action((folder: string, name: string, options: ImportOptions) =>
      work((to) => to.importIdentity(folder, name, options)),
    )

  one(identity.command('export'))
    .description('write certificate, private key and CA into a new folder')
    .option('--output <folder>', 'folder to make (default: ./<name>@<mspId>)')
    .option('--msp', 'as an MSP folder, for the peer CLI')
    .action((folder: string, name: string, options: ExportOptions) =>
      work((to) => to.exportIdentity(folder, name, options)),
    )

  one(identity.command('remove'))
    .description('remove its certificate and key for good')
    .action((folder: string, name: string, options: IdentityOptions) => work((to) => to.remove(folder, name, options)))

  one(identity.command('default'))
    .description('have it make the calls that name nobody')
    .action((folder: string, name: string, options: IdentityOptions) =>
      work((to) => to.setDefault(folder, name, options)),
    )

  dataDir(identity.command('add-org'))
    .description('make an organisation with a CA, a peer and User1')
    .argument('<folder>', 'chaincode folder')
    .argument('<mspId>', 'e.g. Org2MSP')
    .action((folder: string, mspId: string, options: IdentityOptions) =>
      work((to) => to.addOrganisation(folder, mspId, options)),
    )
}

function one(command: Command): Command {
  return dataDir(command)
    .argument('<folder>', 'chaincode folder')
    .argument('<identity>', "alice@Org2MSP, or alice of the peer's own organisation")
}

function dataDir(command: Command): Command {
  return command.option('--data-dir <folder>', 'where its data is kept (default: <folder>/.slipway)')
}
