import { devDeploymentSpec } from '../ccprovider/deployment-spec.ts'
import { installedPackages } from '../ccprovider/installed-packages.ts'
import { PackageStore } from '../ccprovider/package-store.ts'
import { ChaincodeSupport } from '../chaincode/chaincode-support.ts'
import { readDefinition } from '../chaincode/check-invocation.ts'
import { invokeChaincode } from '../chaincode/chaincode-to-chaincode.ts'
import { HandlerRegistry } from '../chaincode/handler-registry.ts'
import { ledgerRequests } from '../chaincode/ledger-requests.ts'
import type { SystemChaincode } from '../chaincode/opened-chaincode.ts'
import { RuntimeLauncher } from '../chaincode/runtime-launcher.ts'
import { fabricLines } from '../config/fabric-line.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import { InprocVM } from '../container/inproc/inproc-vm.ts'
import type { InprocChaincode } from '../container/inproc/shim.ts'
import { VMController } from '../container/vm-controller.ts'
import { Takeovers } from '../chaincode/takeovers.ts'
import type { Custodians } from '../custodian/custodians.ts'
import type { Standstill } from '../facts/standstill.ts'
import type { PeerFacts } from '../facts/facts.ts'
import { ChaincodeMessage } from '../protos/index.ts'
import { cscc } from '../scc/cscc.ts'
import type { HandDefinitions } from '../scc/lifecycle/hand-definitions.ts'
import type { LifecycleClient } from '../scc/lifecycle/lifecycle-client.ts'
import { lifecycle } from '../scc/lifecycle/lifecycle.ts'
import { packageReferences } from '../scc/lifecycle/references.ts'
import { lscc } from '../scc/lscc.ts'
import { qscc } from '../scc/qscc.ts'
import { registerSystemChaincodes } from '../scc/system-chaincodes.ts'
import type { Channels } from './channels.ts'
import { chaincodeDefinitions, isLeftUndefined, type Definitions } from './definitions.ts'
import type { Storage } from './storage.ts'

export interface PeerSupport {
  support: ChaincodeSupport
  registry: HandlerRegistry
  launcher: RuntimeLauncher
  /** By name; not launched yet. */
  systemChaincodes: ReadonlyMap<string, SystemChaincode>
  definitions: Definitions
  takeovers: Takeovers
}

interface SupportNeeds {
  custodians: Custodians
  lifecycleCalls: LifecycleClient
  hands: HandDefinitions
  standstill: Standstill
}

/**
 * ChaincodeSupport, and the two that it knows and that need it: the system chaincodes, whose streams it takes, and
 * INVOKE_CHAINCODE, which executes on it. Both are entered in its maps before it takes any stream.
 */
export function newSupport(
  config: PeerConfig,
  storage: Storage,
  channels: Channels,
  { custodians, lifecycleCalls, hands, standstill }: SupportNeeds,
): PeerSupport {
  const packages = new PackageStore(config.dataDir)
  const requests = new Map(
    ledgerRequests(config.ledger.state.totalQueryLimit, config.capabilities.application === 'V2_5'),
  )
  const systemChaincodes = new Map<string, SystemChaincode>()
  const registry = new HandlerRegistry()
  const launcher = new RuntimeLauncher({
    controller: new VMController(),
    config: config.chaincode,
    registry,
    standstill,
    async deploymentSpec({ channel, name }, signal) {
      const { project } = custodians.get(name)
      const { language, folder, version: its } = project
      // Until its author has defined it, it runs as its folder says.
      const isDefined = !isLeftUndefined(config, project) || definitions.find(name, channel) !== undefined
      const version = isDefined ? await lifecycleCalls.definedVersion(channel, name, signal) : its
      return devDeploymentSpec({ name, version }, language, folder)
    },
    codePackage: (cc) => packages.get(cc),
  })
  const takeovers = new Takeovers(storage.facts.emit)
  const support = new ChaincodeSupport({
    config: config.chaincode,
    mspId: config.mspId,
    registry,
    launcher,
    requests,
    address: () => listenerAddress(storage.facts),
    opened: (name) => custodians.find(name),
    openedNames: () => custodians.names(),
    systemChaincodes,
    takeovers,
    standstill,
    emit: storage.facts.emit,
  })

  const inprocVM = new InprocVM((stream) => support.handleChaincodeStream(stream))
  const inproc = inprocChaincodes(config, storage, channels, packages)
  for (const [name, chaincode] of registerSystemChaincodes(inprocVM, inproc)) systemChaincodes.set(name, chaincode)
  const definitions = chaincodeDefinitions(config, systemChaincodes, custodians, channels, hands)
  requests.set(
    ChaincodeMessage.Type.INVOKE_CHAINCODE,
    invokeChaincode({
      definition: (name, channel, simulator) => definitions.find(name, channel, () => readDefinition(name, simulator)),
      isSystem: (name) => systemChaincodes.has(name),
      simulatorOn: (channel, txId, mspId) => channels.find(channel)?.newTxSimulator(txId, mspId),
      execute: (params, input, signal) => support.execute(params, input, { signal }),
    }),
  )
  return { support, registry, launcher, systemChaincodes, definitions, takeovers }
}

/** Where chaincode connects; while nothing listens yet, where it will. */
function listenerAddress(facts: PeerFacts): string {
  const { listener } = facts.state()
  return listener.state === 'listening' ? listener.address : listener.wanted
}

function inprocChaincodes(
  config: PeerConfig,
  { identities, ledgers, facts }: Storage,
  channels: Channels,
  packages: PackageStore,
): Record<string, InprocChaincode> {
  return {
    ...(fabricLines[config.version].hasLscc ? { lscc: lscc(packages) } : {}),
    cscc: cscc({
      channels: () => channels.names(),
      configBlock: (channel) => channels.find(channel)?.blocks.configBlock(),
      ordererAddress: () => facts.state().services.orderer,
      join: (channel, genesis) => channels.join(channel, genesis),
    }),
    qscc: qscc((channel) => channels.find(channel)?.blocks),
    _lifecycle: lifecycle({
      packages: installedPackages(config.dataDir),
      references: packageReferences(
        () => channels.names(),
        (channel) => ledgers.ledger(channel),
      ),
      organisations: () => identities.organisations(),
    }),
  }
}
