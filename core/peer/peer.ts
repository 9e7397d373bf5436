import { join } from 'node:path'
import { openCallLog } from '../calls/call-log.ts'
import { devDeploymentSpec } from '../ccprovider/deployment-spec.ts'
import { installedPackages } from '../ccprovider/installed-packages.ts'
import { PackageStore } from '../ccprovider/package-store.ts'
import { invokeChaincode } from '../chaincode/chaincode-to-chaincode.ts'
import { ChaincodeSupport } from '../chaincode/chaincode-support.ts'
import { HandlerRegistry } from '../chaincode/handler-registry.ts'
import { now } from '../facts/clock.ts'
import { RuntimeLauncher } from '../chaincode/runtime-launcher.ts'
import { ledgerRequests } from '../chaincode/ledger-requests.ts'
import { channelConfigs } from '../channelconfig/channel-configs.ts'
import { listenForChaincode } from '../comm/chaincode-listener.ts'
import { newTxValidators } from '../committer/tx-validator.ts'
import { peerConfig, type PeerSettings } from '../config/peer-config.ts'
import { PeerError } from '../contract/error.ts'
import type { OrdererState } from '../contract/state.ts'
import { makeDataDir } from './data-dir.ts'
import { watchDocker } from '../container/docker/engine/engine-watch.ts'
import { ownLabels } from '../container/docker/labels.ts'
import { peerLabel } from '../container/docker/names.ts'
import { InprocVM } from '../container/inproc/inproc-vm.ts'
import { ProcessVM } from '../container/process/process-vm.ts'
import { openSurvivors } from '../container/process/survivors.ts'
import { newWarmPool } from '../container/process/warm-pool.ts'
import { VMController } from '../container/vm-controller.ts'
import { Custodians } from '../custodian/custodians.ts'
import { newCustodianParts } from '../custodian/custodian-parts.ts'
import { newProjectBuilds } from '../custodian/project-builds.ts'
import { openUsualModes } from '../custodian/usual-modes.ts'
import type { ChaincodeDefinition } from '../endorser/endorser.ts'
import { newEndorser } from '../endorser/process-proposal.ts'
import { createGateway } from '../gateway/gateway.ts'
import { systemCalls } from '../gateway/system-calls.ts'
import type { Peer } from './handle.ts'
import { embeddedQueries } from '../ledger/embedded-queries.ts'
import { couchDBConfig } from '../ledger/couchdb/couch-config.ts'
import { couchQueries } from '../ledger/couchdb/couch-queries.ts'
import { noLedger } from '../ledger/no-ledger.ts'
import { openLedgers } from '../ledger/ledgers.ts'
import type { QueriedChannel } from '../ledger/state-queries.ts'
import { newLogStore } from '../logs/log-store.ts'
import { logPrinted } from '../logs/printed-lines.ts'
import { openIdentities } from '../msp/dev-ca.ts'
import { identityCommands } from '../msp/identity-commands.ts'
import { blockWriter } from '../orderer/block-metadata.ts'
import { startOrderer, type Orderer } from '../orderer/orderer.ts'
import { peerApi } from './api.ts'
import { newPeerDocker } from './docker.ts'
import { peerFacts } from '../facts/facts.ts'
import { chaincodeOf, narrate } from '../facts/narration.ts'
import { initialState } from './initial-state.ts'
import { readIndexFiles, type IndexFiles } from '../project/index-files.ts'
import { packageProject } from '../packaging/package-project.ts'
import type { Project } from '../project/project.ts'
import { privateNamespace } from '../privdata/namespaces.ts'
import { ChaincodeMessage } from '../protos/index.ts'
import { cscc } from '../scc/cscc.ts'
import { lifecycleClient } from '../scc/lifecycle/lifecycle-client.ts'
import { lifecycle } from '../scc/lifecycle/lifecycle.ts'
import { packageReferences } from '../scc/lifecycle/references.ts'
import { lscc } from '../scc/lscc.ts'
import { qscc } from '../scc/qscc.ts'
import { registerSystemChaincodes } from '../scc/system-chaincodes.ts'
import { newToolChecks } from '../tools/check-tools.ts'
import { VERSION } from '../version.ts'

/**
 * Make every part of a peer, in order, and wire them: the one place where that is done. What was made is disposed of
 * in reverse, also when a later part cannot be made.
 * @throws PeerError LEDGER_LOCKED, LEDGER_OPEN, IDENTITY_DAMAGED, PORT_UNAVAILABLE
 */
export async function startPeer(settings: PeerSettings): Promise<Peer> {
  const config = peerConfig(settings)
  const dispose: (() => unknown)[] = []
  const closeAll = async () => {
    let first: unknown
    for (const each of dispose.reverse()) {
      try {
        await each()
      } catch (error) {
        first ??= error
      }
    }
    if (first !== undefined) throw PeerError.from(first)
  }

  try {
    await makeDataDir(config.dataDir)
    const { stateDatabase, couchDBConfig: couchDB } = config.ledger.state
    const couch = couchQueries(couchDBConfig(couchDB, process.env), config.dataDir, (error) => tellOfCouchDB(error))
    const engines = {
      embedded: embeddedQueries,
      goleveldb: undefined,
      CouchDB: (one: QueriedChannel) => couch.queries(one),
    }
    const organisations = () => identities.organisations()
    const ledgers = await openLedgers(config.dataDir, {
      queries: engines[stateDatabase],
      organisations,
      validator: (channel) => newTxValidators(identities.msps)(channel),
      blockWriter: (header, lastConfig) => blockWriter(identities.orderer.node)(header, lastConfig),
    })
    dispose.push(() => ledgers.close())
    dispose.push(() => couch.close())
    const identities = await openIdentities(config.dataDir, config.mspId, config.organisations)

    const facts = peerFacts(initialState(config, identities, VERSION, now()))
    const { emit } = facts
    const tellOfCouchDB = (error: PeerError | undefined) => {
      if (error === undefined)
        logs.append({ at: now(), source: 'peer', text: 'CouchDB holds the newest blocks again.' })
      else emit({ type: 'notice', notice: { at: now(), error: error.toJSON() } })
    }
    const tellIdentities = async () => {
      emit({
        type: 'identities',
        identities: {
          organisations: identities.organisations(),
          default: identities.clientId,
          changes: facts.state().identities.changes + 1,
        },
      })
      await configureAll()
    }
    const logs = newLogStore(emit)
    dispose.push(() => logs.close())
    const narration = facts.subscribe((event) => {
      const text = narrate(event, facts.state())
      const chaincode = chaincodeOf(event)
      if (text !== undefined) logs.append({ at: now(), source: 'peer', text, ...(chaincode && { chaincode }) })
    })
    dispose.push(() => narration.unsubscribe())
    const calls = await openCallLog(ledgers.store, (count) => emit({ type: 'calls', count }))
    dispose.push(() => calls.close())

    const orderers = new Map<string, Orderer>()
    let batch = config.orderer
    dispose.push(() => Promise.all([...orderers.values()].map((orderer) => orderer.close())))
    const orderer = (channel: string): Orderer => {
      if (channel === '') throw new PeerError('CHANNEL_UNKNOWN', { channel, known: channels() })
      let found = orderers.get(channel)
      if (found === undefined) {
        found = startOrderer(
          ledgers.ledger(channel),
          (name, _block, height) => {
            emit({ type: 'channel.height', channel: name, height, at: now() })
          },
          batch,
        )
        orderers.set(channel, found)
      }
      return found
    }
    const setOrderer = async (changed: OrdererState) => {
      batch = { ...batch, ...changed }
      for (const each of orderers.values()) each.configure(batch)
      emit({ type: 'orderer', orderer: changed })
      await configureAll()
    }
    const channels = () => Object.keys(facts.state().channels)
    const configs = channelConfigs({
      ledger: (channel) => ledgers.ledger(channel),
      orderer,
      settings: () => ({
        organisations: identities.organisations().map((mspId) => identities.organisation(mspId)),
        orderer: identities.orderer,
        batch,
      }),
      signer: () => identities.orderer.node,
    })
    const configureAll = async () => {
      await Promise.all(channels().map((channel) => configs.configure(channel)))
    }
    const openChannel = async (channel: string) => {
      await configs.configure(channel)
      if (facts.state().channels[channel] !== undefined) return
      emit({ type: 'channel.height', channel, height: ledgers.ledger(channel).height() })
    }
    for (const channel of await ledgers.channels()) await openChannel(channel)

    // The chaincode's side: who may register, how it is launched, what it may ask.
    const packages = new PackageStore(config.dataDir)
    const inprocVM = new InprocVM((stream) => support.handleChaincodeStream(stream))
    const warmPool = newWarmPool(join(config.dataDir, 'warm'))
    dispose.push(() => warmPool.drop())
    const survivors = await openSurvivors(join(config.dataDir, 'processes.json'))
    dispose.push(() => survivors.close())
    const processVM = new ProcessVM({
      started: (child) => survivors.remember(child),
      print: logPrinted(logs),
      ...(config.prewarm ? { warm: warmPool } : {}),
    })
    const known = (channel: string) => (channels().includes(channel) ? ledgers.ledger(channel) : undefined)
    const systemChaincodes = registerSystemChaincodes(inprocVM, {
      lscc: lscc(packages),
      cscc: cscc({
        channels,
        configBlock: (channel) => known(channel)?.blocks.configBlock(),
        async join(channel, genesis) {
          await ledgers.ledger(channel).join(genesis)
          emit({ type: 'channel.height', channel, height: ledgers.ledger(channel).height() })
        },
      }),
      qscc: qscc((channel) => known(channel)?.blocks),
      _lifecycle: lifecycle({
        packages: installedPackages(config.dataDir),
        references: packageReferences(channels, (channel) => ledgers.ledger(channel)),
        organisations,
      }),
    })
    const support: ChaincodeSupport = new ChaincodeSupport({
      config: config.chaincode,
      registry: new HandlerRegistry(),
      launcher: new RuntimeLauncher(new VMController(), config.chaincode),
      requests: new Map([
        ...ledgerRequests(config.ledger.state.totalQueryLimit),
        [
          ChaincodeMessage.Type.INVOKE_CHAINCODE,
          invokeChaincode({
            definition(name, channel) {
              const system = systemChaincodes.get(name)
              if (system !== undefined) return { ...system.cc, initRequired: false }
              const found = custodians.find(name)
              if (found?.project.channels.includes(channel) !== true) return undefined
              return { ...found.cc, initRequired: found.project.initRequired }
            },
            isSystem: (name) => systemChaincodes.has(name),
            simulatorOn(channel, txId, mspId) {
              if (facts.state().channels[channel] === undefined) return undefined
              return ledgers.ledger(channel).newTxSimulator(txId, mspId)
            },
            execute: (params, input, signal) => support.execute(params, input, { signal }),
          }),
        ],
      ]),
      address: () => listener.address,
      opened: (name) => custodians.find(name),
      openedNames: () => custodians.names(),
      systemChaincodes,
      async deploymentSpec({ channel, name }, signal) {
        const { language, folder } = custodians.get(name).project
        const version = await lifecycleCalls.definedVersion(channel, name, signal)
        return devDeploymentSpec({ name, version }, language, folder)
      },
      codePackage: (cc) => packages.get(cc),
      emit,
    })

    // The client's side: proposal, simulation, order.
    const definition = (name: string, channel: string | undefined): ChaincodeDefinition => {
      if (channel !== undefined && !channels().includes(channel))
        throw new PeerError('CHANNEL_UNKNOWN', { channel, known: channels() })
      const system = systemChaincodes.get(name)
      if (system !== undefined) return { ...system.cc, channel: channel ?? '', initRequired: false }
      const { cc, project } = custodians.get(name)
      if (channel !== undefined && !project.channels.includes(channel))
        throw new PeerError('CHAINCODE_NOT_DEFINED', { name, channel, channels: project.channels })
      return { ...cc, channel: channel ?? cc.channel, initRequired: project.initRequired }
    }
    const gateway = createGateway({
      definition,
      ledger: (channel) => (channel === '' ? noLedger : ledgers.ledger(channel)),
      orderer,
      execute: (params, input, options) => support.execute(params, input, options),
      identities,
      calls,
    })
    const endorser = newEndorser({
      ledger: (channel) => (facts.state().channels[channel] === undefined ? undefined : ledgers.ledger(channel)),
      definition,
      execute: (params, input, options) => support.execute(params, input, options),
      identities,
    })
    const lifecycleCalls = lifecycleClient(systemCalls(gateway))

    const { endpoint } = config.vm.docker
    const dockerWatch = watchDocker(emit, {
      labels: ownLabels(peerLabel(config.dataDir)),
      ...(endpoint === undefined ? {} : { endpoint }),
    })
    dispose.push(() => dockerWatch.close())
    const docker = newPeerDocker({
      config,
      engine: (signal) => dockerWatch.engine(signal),
      logs,
      serving: (name) => custodians.find(name)?.serving,
      handleChaincodeStream: (stream) => support.handleChaincodeStream(stream),
    })
    dispose.push(() => docker.close())
    const usualModes = openUsualModes(join(config.dataDir, 'modes.json'))
    const usualMode = (name: string) => usualModes.of(name) ?? config.chaincode.mode
    const setIndexes = async ({ folder, channels: on, name }: Project): Promise<IndexFiles> => {
      const files = await readIndexFiles(folder)
      for (const channel of on) {
        const ledger = ledgers.ledger(channel)
        ledger.setIndexes(name, files.indexes)
        for (const [collection, indexes] of files.collections) {
          ledger.setIndexes(privateNamespace(name, collection), indexes)
        }
      }
      return files
    }
    const timeoutMs = config.chaincode.buildtimeout
    const builds = newProjectBuilds({
      dataDir: config.dataDir,
      timeoutMs,
      logs,
      emit,
      packageProject,
      setIndexes,
    })
    const custodians = new Custodians(
      (watch, overrides) =>
        newCustodianParts({
          config,
          address: listener.address,
          emit,
          support,
          processVM,
          warmPool,
          builds,
          inContainer: (project, built) => docker.launchable(project, built),
          containerServes: (project, built) => docker.serves(project, built),
          rememberMode: (name, mode) => usualModes.remember(name, mode),
          logs,
          watch,
          overrides,
          async deploy(project) {
            for (const channel of project.channels) await openChannel(channel)
            for (const error of (await setIndexes(project)).faults) {
              emit({ type: 'notice', notice: { at: now(), error: error.toJSON() } })
            }
            for (const channel of project.channels) await lifecycleCalls.define(channel, project)
          },
        }),
      usualMode,
    )

    const listener = await listenForChaincode(config.chaincodeListenAddress, (stream) =>
      support.handleChaincodeStream(stream),
    )
    dispose.push(() => listener.close())
    dispose.push(() => support.close())
    emit({
      type: 'listener',
      listener: { state: 'listening', address: listener.address, wanted: config.chaincodeListenAddress },
    })
    for (const { cc } of systemChaincodes.values()) await support.launch(cc, devDeploymentSpec(cc, 'golang', ''))

    dispose.push(() => custodians.closeAll())

    const tools = newToolChecks(emit, dockerWatch)
    dispose.push(() => tools.close())

    let closing: Promise<void> | undefined
    const close = () => (closing ??= closeAll())
    return {
      api: peerApi({
        custodians,
        gateway,
        calls,
        logs,
        tools,
        facts,
        ledgers,
        setOrderer,
        shells: docker.shells,
        identities: identityCommands(identities, tellIdentities),
        buildTimeoutMs: config.chaincode.buildtimeout,
      }),
      endorser,
      subscribe: (heard) => facts.subscribe(heard),
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await closeAll().catch(() => undefined)
    throw PeerError.from(error)
  }
}
