import { packageChaincode } from '../ccprovider/package-chaincode.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import type { PeerApi } from '../contract/api.ts'
import { PeerError } from '../contract/error.ts'
import type { IdentityApi } from '../contract/identity.ts'
import type { OrdererState } from '../contract/state.ts'
import { readFolder } from '../custodian/read-folder.ts'
import type { PrintLine } from '../process/print-line.ts'
import type { Project } from '../project/project.ts'
import { reinstall, setServer, usePort } from '../custodian/repairs.ts'
import { GET_METADATA, readContractMetadata } from '../endorser/contract-metadata.ts'
import { identityCommands } from '../msp/identity-commands.ts'
import { goMetadataFile } from '../platforms/golang/metadata-file.ts'
import { withParameterNames } from '../platforms/parameter-names.ts'
import { describeCollection } from '../privdata/collection.ts'
import { newToolChecks } from '../tools/check-tools.ts'
import { blockApi } from './block-api.ts'
import { unreadWords } from './call-advice.ts'
import { callApi } from './call-api.ts'
import { readCallLines } from './call-lines.ts'
import type { ChaincodeSide } from './chaincode-side.ts'
import type { Channels } from './channels.ts'
import type { ClientSide } from './client-side.ts'
import { debugApi } from './debug-api.ts'
import type { Disposers } from './disposers.ts'
import { exportApi, type ExportParts } from './export-api.ts'
import type { ExportRecords } from './export-records.ts'
import { networkApi } from './network-api.ts'
import { readLineOwners } from './line-owners.ts'
import type { Storage } from './storage.ts'
import { seedApi } from './seed-api.ts'
import { takenBackMark } from './taken-back-mark.ts'
import { replayApi, startReplays } from './replay-api.ts'
import { undoApi } from './undo-api.ts'

/** A longer wait is a call that seems to hang. */
const MAX_BATCH_TIMEOUT_MS = 600_000

export interface Stages {
  storage: Storage
  channels: Channels
  chaincodeSide: ChaincodeSide
  clientSide: ClientSide
  exports: ExportRecords
}

/** The last stage: what doors may ask, each command in terms of the part that does it. */
export function startApi(config: PeerConfig, stages: Stages, disposers: Disposers): PeerApi {
  const { storage, channels, chaincodeSide, clientSide, exports } = stages
  const { facts, logs, calls } = storage
  const { custodians, docker, dockerWatch } = chaincodeSide
  const { gateway } = clientSide
  const { shells } = docker
  const identities = identityApi(storage, channels)
  const tools = newToolChecks(facts.emit, dockerWatch)
  disposers.defer(() => tools.close())

  const contractOf = async (name: string, signal?: AbortSignal) => {
    const request = { chaincode: name, function: GET_METADATA, args: [] }
    return readContractMetadata(name, await gateway.evaluate(request, { recorded: false, signal }))
  }
  const marked = takenBackMark((channel) => channels.find(channel))
  const adviceParts = { contract: contractOf, project: (name: string) => custodians.find(name)?.project }

  const project = (name: string) => custodians.get(name).project
  const packaged = packaging(config, project, logs)
  const networkParts = { emit: facts.emit, project, package: packaged }

  return {
    openChaincode: async (args) => chaincodeSide.open(await readFolder(args)),
    closeChaincode: async ({ name }) => custodians.close(name),
    defineChaincode: async ({ name }) => chaincodeSide.define(name),
    launch: async ({ name }, signal) => custodians.get(name).launch(signal),
    restart: async ({ name }) => custodians.get(name).restart(),
    stop: async ({ name }) => custodians.get(name).stop(),
    answerTakeover: async ({ name, id, accept }) => chaincodeSide.takeovers.answer(name, id, accept),
    setStartedBy: async ({ name, startedBy }) => custodians.get(name).setStartedBy(startedBy),
    ...debugApi(facts, custodians),
    setMode: async ({ name, mode }) => custodians.get(name).setMode(mode),
    reinstall: async ({ name }) => reinstall(custodians.get(name)),
    usePort: async ({ name, port }) => usePort(custodians.get(name), chaincodeSide.launchables, port),
    setServer: async ({ name, server }) => setServer(custodians.get(name), server),
    setVersion: async ({ name, version }) => custodians.get(name).setVersion(version),
    packageChaincode: packaged,
    openShell: (args, signal) => shells.open(args, signal),
    readShell: (args, signal) => shells.read(args, signal),
    writeShell: (args) => shells.write(args),
    resizeShell: (args) => shells.resize(args),
    closeShell: (args) => shells.close(args),

    ...callApi(gateway, adviceParts),
    async readContract({ name }, signal) {
      const metadata = await contractOf(name, signal)
      const { project } = custodians.get(name)
      const file = await goMetadataFile(project)
      const unread = file === undefined ? {} : { unread: unreadWords(file) }
      return metadata && { ...(await withParameterNames(metadata, project)), ...unread }
    },

    readCalls: async (query) => calls.read(query).map(marked),
    readCall: async ({ id }) => marked(calls.readOne(id)),
    findCall: async ({ txId }) => marked(calls.find(txId)),
    readLineOwners: (query, signal) => readLineOwners(storage, query, signal),
    readCallLogs: ({ id }) => readCallLines(storage, id),

    ...identities,
    ...exportApi(exportParts(storage, identities, exports)),
    ...blockApi(channels),
    ...networkApi(networkParts),
    ...undoApi(facts, channels, chaincodeSide),
    ...seedApi(config, storage, channels),
    ...replayApi(startReplays(config, stages, disposers), stages),

    readNamespaces: async ({ channel }) => channels.get(channel).namespaces(),
    readCollections: async ({ channel, chaincode }) =>
      channels.get(channel).collections(chaincode).map(describeCollection),
    readState: async ({ channel, ...query }, signal) => channels.get(channel).readState(query, signal),
    readHistory: async ({ channel, ...query }) => channels.get(channel).readHistory(query),

    setOrderer: async (args) => channels.setOrderer(batchArguments(args)),

    readLogs: async (query) => logs.read(query),
    clearLogs: async () => logs.clear(),
    checkTools: (args, signal) => tools.check(args.tools, signal),
  }
}

function packaging(
  config: PeerConfig,
  project: (name: string) => Project,
  logs: Storage['logs'],
): PeerApi['packageChaincode'] {
  return (args, signal) => {
    const print: PrintLine = (line) => logs.append('folder' in args ? line : { ...line, chaincode: args.name })
    return packageChaincode(args, { project, print, timeoutMs: config.chaincode.buildtimeout }, signal)
  }
}

function exportParts({ identities, facts }: Storage, commands: IdentityApi, records: ExportRecords): ExportParts {
  return {
    identities,
    commands,
    channels: () => Object.keys(facts.state().channels),
    services: () => facts.state().services,
    authorities: () => facts.state().authorities,
    records,
  }
}

/** Each change is announced, and put into the configuration of every channel. */
function identityApi({ identities, facts }: Storage, channels: Channels): IdentityApi {
  return identityCommands(identities, async () => {
    facts.emit({
      type: 'identities',
      identities: {
        organisations: identities.organisations(),
        default: identities.clientId,
        changes: facts.state().identities.changes + 1,
      },
    })
    await channels.configureAll()
  })
}

/** @throws PeerError ARGUMENT_INVALID */
function batchArguments({ batchTimeout, maxMessageCount }: OrdererState): OrdererState {
  const refuse = (argument: string, message: string) => new PeerError('ARGUMENT_INVALID', { argument, message })
  if (!Number.isFinite(batchTimeout) || batchTimeout < 0 || batchTimeout > MAX_BATCH_TIMEOUT_MS) {
    throw refuse('The batch timeout', `It must be between 0 and ${MAX_BATCH_TIMEOUT_MS / 1000} s.`)
  }
  if (!Number.isSafeInteger(maxMessageCount) || maxMessageCount < 1) {
    throw refuse('The number of transactions', 'It must be a whole number of at least 1.')
  }
  return { batchTimeout, maxMessageCount }
}
