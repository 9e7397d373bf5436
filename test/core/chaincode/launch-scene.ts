import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import { onTestFinished } from 'vitest'
import { canonicalName, type CCContext } from '../../../core/ccprovider/cc-context.ts'
import { devDeploymentSpec } from '../../../core/ccprovider/deployment-spec.ts'
import { PackageStore } from '../../../core/ccprovider/package-store.ts'
import { ChaincodeSupport } from '../../../core/chaincode/chaincode-support.ts'
import { HandlerRegistry } from '../../../core/chaincode/handler-registry.ts'
import { ledgerRequests } from '../../../core/chaincode/ledger-requests.ts'
import { Standstill } from '../../../core/facts/standstill.ts'
import type { SystemChaincode } from '../../../core/chaincode/opened-chaincode.ts'
import { launchable, RuntimeLauncher, type Launched } from '../../../core/chaincode/runtime-launcher.ts'
import type { TransactionParams } from '../../../core/chaincode/transaction-params.ts'
import { Takeovers } from '../../../core/chaincode/takeovers.ts'
import { peerConfig, type PeerConfig } from '../../../core/config/peer-config.ts'
import { InprocVM } from '../../../core/container/inproc/inproc-vm.ts'
import type { InprocChaincode } from '../../../core/container/inproc/shim.ts'
import { VMController } from '../../../core/container/vm-controller.ts'
import type { Instance, VM } from '../../../core/container/vm.ts'
import type { PeerFact } from '../../../core/contract/events.ts'
import { Custodian } from '../../../core/custodian/custodian.ts'
import { now } from '../../../core/facts/clock.ts'
import { reportLaunch } from '../../../core/facts/launch-report.ts'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import type { BuiltProject, Project } from '../../../core/project/project.ts'
import { ChaincodeInput, SignedProposal, type ChaincodeDeploymentSpec } from '../../../core/protos/index.ts'
import { tempFolder } from '../../support/temp.ts'

export const CC: CCContext = { channel: 'ch1', name: 'asset', version: '1.0', systemChaincode: false }
export const SYSCC: CCContext = { channel: 'ch1', name: 'clock', version: 'syscc', systemChaincode: true }

/** Answers `pong`, whatever it is called with. */
export const pong: InprocChaincode = { invoke: () => Promise.resolve(Buffer.from('pong')) }

/** Everything that launches, real; the chaincode runs in-process, so that a test holds each step in its hand. */
export interface LaunchScene {
  support: ChaincodeSupport
  registry: HandlerRegistry
  launcher: RuntimeLauncher
  /** Of the chaincode that is open; it watches nothing. */
  custodian: Custodian
  packages: PackageStore
  facts: PeerFact[]
  /** Where the next instance is started. */
  vm: VM
  /** Builds; by default at once. */
  build: (project: Project, number: number, signal: AbortSignal) => Promise<BuiltProject>
  /** What the deployment spec is; by default the spec with its code. */
  getdepspec: (cc: CCContext, signal: AbortSignal) => Promise<ChaincodeDeploymentSpec>
  /** A VM on which `asset:1.0` is registered; each has one instance at most, so a relaunch takes another. */
  newVM(chaincode?: InprocChaincode): InprocVM
  /** Launch a build as the custodian does. */
  relaunch(build: number, signal?: AbortSignal): Promise<Launched>
  execute(name: string, ...args: string[]): Promise<string>
  /** `name state` of every step of the newest launch, as it stands. */
  steps(): string[]
  /** Note of a step of the newest launch. */
  note(step: string): string | undefined
  /** Why each launch was begun, oldest first. */
  launches(): string[]
  /** How each launch ended, oldest first. */
  outcomes(): string[]
}

export interface SceneSettings {
  chaincode?: Partial<PeerConfig['chaincode']>
  project?: Partial<Project>
}

export async function launchScene({ chaincode, project: settings }: SceneSettings = {}): Promise<LaunchScene> {
  const dataDir = await tempFolder('launch')
  const config = peerConfig({ dataDir, ...(chaincode && { chaincode }) })
  const ledgers = await openLedgers(dataDir)
  onTestFinished(() => ledgers.close())
  const facts: PeerFact[] = []
  const emit = (fact: PeerFact) => void facts.push(fact)
  const registry = new HandlerRegistry()
  const standstill = new Standstill()
  const packages = new PackageStore(dataDir)
  const launcher = new RuntimeLauncher({
    controller: new VMController(),
    config: config.chaincode,
    registry,
    standstill,
    deploymentSpec: (cc, signal) => scene.getdepspec(cc, signal),
    codePackage: (cc) => packages.get(cc),
  })
  const handleChaincodeStream: ChaincodeSupport['handleChaincodeStream'] = (stream) =>
    support.handleChaincodeStream(stream)
  const newVM = (code: InprocChaincode = pong) => {
    const vm = new InprocVM(handleChaincodeStream)
    vm.register(canonicalName(CC), code)
    vm.register(canonicalName(SYSCC), code)
    return vm
  }
  const launchableOn = (vm: VM, cc: CCContext) => {
    const ccid = canonicalName(cc)
    return launchable(vm, { ccid, containerName: ccid, args: [], env: {} }, 'in-process')
  }
  const systemVM = newVM()
  const systemChaincodes = new Map<string, SystemChaincode>([
    [SYSCC.name, { cc: SYSCC, launchable: () => launchableOn(systemVM, SYSCC) }],
  ])
  const folder = await tempFolder('sources')
  await writeFile(join(folder, 'main.go'), 'package main\n')
  const custodian = new Custodian(
    { ...projectIn(folder), ...settings },
    {
      config,
      address: '127.0.0.1:7052',
      addressOf: () => Promise.resolve('127.0.0.1:7053'),
      organisations: () => [],
      emit,
      logs: { append: () => undefined },
      registry,
      launcher,
      launchables: {
        of: () => launchableOn(scene.vm, CC),
        serves: () => undefined,
        dropPrepared: () => Promise.resolve(),
        usePort: () => Promise.resolve(),
        close: () => Promise.resolve(),
      },
      builds: { build: (project, { wanted, signal }) => scene.build(project, wanted.number, signal) },
      handleChaincodeStream,
      deploy: () => Promise.resolve(),
      usualTimes: { of: () => new Map<string, number>() },
      usualModes: { of: () => undefined, remember: () => undefined },
    },
    { watch: false, overrides: {} },
  )
  const support = new ChaincodeSupport({
    config: config.chaincode,
    mspId: config.mspId,
    registry,
    launcher,
    requests: ledgerRequests(100_000, true),
    address: () => '127.0.0.1:7052',
    opened: (name) => (name === CC.name ? custodian : undefined),
    openedNames: () => [CC.name],
    systemChaincodes,
    takeovers: new Takeovers(emit),
    standstill,
    emit,
  })
  let relaunches = 1000
  const scene: LaunchScene = {
    support,
    registry,
    launcher,
    custodian,
    packages,
    facts,
    vm: newVM(),
    build: (project, build) => Promise.resolve({ project, build, argv: [] }),
    getdepspec: (cc) => Promise.resolve(devDeploymentSpec(cc, 'golang', '/src')),
    newVM,
    async relaunch(build, signal) {
      const launch = { build, mode: 'dev', reason: 'restart', files: [], startedAt: now() } as const
      const report = reportLaunch(emit, { ...launch, files: [], name: CC.name, id: (relaunches += 1) })
      const built = { build, argv: [], project: custodian.project }
      try {
        const instances = [{ launchable: launchableOn(scene.vm, CC) }]
        const [launched] = await launcher.launch({ cc: CC, built, instances, report, signal })
        if (launched === undefined) throw new Error('nothing was launched')
        return launched
      } finally {
        report.end()
      }
    },
    async execute(name, ...args) {
      const input = new ChaincodeInput()
      input.setArgsList(args.map((arg) => Buffer.from(arg)))
      const simulator = ledgers.ledger('ch1').newTxSimulator('tx')
      const params: TransactionParams = {
        txId: 'tx',
        channelId: 'ch1',
        namespaceId: name,
        signedProposal: new SignedProposal(),
        creatorMspId: 'Org1MSP',
        mspId: 'Org1MSP',
        simulator,
        isInit: false,
      }
      try {
        const { response } = await support.execute(params, input)
        return `${response.getStatus()} ${response.getMessage()}${Buffer.from(response.getPayload_asU8()).toString()}`
      } finally {
        simulator.done()
      }
    },
    steps: () => [...stepsOf(facts).values()].map(({ name, state }) => `${name} ${state}`),
    note: (step) => stepsOf(facts).get(step)?.note,
    launches: () => facts.flatMap((fact) => (fact.type === 'launch.started' ? [fact.launch.reason] : [])),
    outcomes: () => facts.flatMap((fact) => (fact.type === 'launch.ended' ? [fact.outcome] : [])),
  }
  onTestFinished(async () => {
    support.close()
    await custodian.close()
  })
  return scene
}

function projectIn(folder: string): Project {
  return {
    folder,
    name: CC.name,
    version: CC.version,
    channel: CC.channel,
    channels: [CC.channel],
    language: 'golang',
    dialect: 'Go',
    buildTool: 'go',
    mode: 'dev',
    startedBy: 'slipway',
    initRequired: false,
    env: {},
    ignore: [],
    terminal: { argv: ['./asset'] },
  }
}

/** A VM whose instances run nothing, so nothing ever registers. `exit` ends the newest one by itself. */
export function silentVM(): VM & { started: number; stopped: number; exit(words: string): void } {
  let exit: (words: string) => void = () => undefined
  const vm = {
    started: 0,
    stopped: 0,
    exit: (words: string) => exit(words),
    start(): Promise<Instance> {
      vm.started += 1
      const exited = new Promise<Awaited<Instance['exited']>>((resolve) => {
        exit = (words) => resolve({ at: now(), code: 1, signal: null, output: ['its last words'], words })
      })
      return Promise.resolve({
        containerName: canonicalName(CC),
        exited,
        printed: () => ({ output: ['its last words'] }),
        async stop() {
          vm.stopped += 1
          exit('was stopped')
          await exited
        },
      })
    },
  }
  return vm
}

function stepsOf(facts: PeerFact[]): Map<string, { name: string; state: string; note?: string }> {
  const newest = facts.findLast((fact) => fact.type === 'launch.started')?.launch.id
  const steps = facts.flatMap((fact) => (fact.type === 'launch.step' && fact.id === newest ? [fact.step] : []))
  return new Map(steps.map((step) => [step.name, step]))
}
