import { onTestFinished } from 'vitest'
import { canonicalName, type CCContext } from '../../../core/ccprovider/cc-context.ts'
import { devDeploymentSpec } from '../../../core/ccprovider/deployment-spec.ts'
import { PackageStore } from '../../../core/ccprovider/package-store.ts'
import { ChaincodeSupport } from '../../../core/chaincode/chaincode-support.ts'
import { HandlerRegistry } from '../../../core/chaincode/handler-registry.ts'
import { reportLaunch, type LaunchReport } from '../../../core/facts/launch-report.ts'
import { now } from '../../../core/facts/clock.ts'
import type { OpenedChaincode, SystemChaincode } from '../../../core/chaincode/opened-chaincode.ts'
import { launchable, RuntimeLauncher } from '../../../core/chaincode/runtime-launcher.ts'
import { ledgerRequests } from '../../../core/chaincode/ledger-requests.ts'
import type { TransactionParams } from '../../../core/chaincode/transaction-params.ts'
import { peerConfig, type PeerConfig } from '../../../core/config/peer-config.ts'
import { InprocVM } from '../../../core/container/inproc/inproc-vm.ts'
import type { InprocChaincode } from '../../../core/container/inproc/shim.ts'
import { VMController } from '../../../core/container/vm-controller.ts'
import type { Instance, VM } from '../../../core/container/vm.ts'
import type { PeerFact } from '../../../core/contract/events.ts'
import { openLedgers } from '../../../core/ledger/ledgers.ts'
import type { BuiltProject } from '../../../core/project/project.ts'
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
  packages: PackageStore
  facts: PeerFact[]
  /** The chaincode that is open, for a test to set as it likes. */
  opened: Opened
  /** What the deployment spec is; by default the spec with its code. */
  getdepspec: (cc: CCContext, signal: AbortSignal) => Promise<ChaincodeDeploymentSpec>
  /** A VM on which `asset:1.0` is registered; each has one instance at most, so a relaunch takes another. */
  newVM(chaincode?: InprocChaincode): InprocVM
  execute(name: string, ...args: string[]): Promise<string>
  /** `name state` of every step of the newest launch, as it stands. */
  steps(): string[]
  /** Note of a step of the newest launch. */
  note(step: string): string | undefined
  /** How each launch ended, oldest first. */
  outcomes(): string[]
}

type Opened = { -readonly [K in keyof OpenedChaincode]: OpenedChaincode[K] } & {
  vm: VM
  instances: Instance[]
  begun: LaunchReport[]
}

export async function launchScene(chaincode: Partial<PeerConfig['chaincode']> = {}): Promise<LaunchScene> {
  const dataDir = await tempFolder('launch')
  const config = peerConfig({ dataDir, chaincode }).chaincode
  const ledgers = await openLedgers(dataDir)
  onTestFinished(() => ledgers.close())
  const facts: PeerFact[] = []
  const registry = new HandlerRegistry()
  const packages = new PackageStore(dataDir)
  const newVM = (code: InprocChaincode = pong) => {
    const vm = new InprocVM((stream) => support.handleChaincodeStream(stream))
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
  let launches = 0
  const opened: Opened = {
    cc: CC,
    startedBy: 'slipway',
    command: 'start it',
    vm: newVM(),
    instances: [],
    begun: [],
    begin(reason) {
      const launch = {
        name: CC.name,
        id: (launches += 1),
        build: 1,
        mode: 'dev' as const,
        reason,
        files: [],
        startedAt: now(),
      }
      const report = reportLaunch((fact) => facts.push(fact), launch)
      opened.begun.push(report)
      return report
    },
    reloading: () => undefined,
    reload: () => Promise.reject(new Error('nothing is to be built here')),
    lastGood: () => built(1),
    launchable: () => launchableOn(opened.vm, CC),
    started: (instance) => void opened.instances.push(instance),
    connected: () => undefined,
    disconnected: () => undefined,
  }
  const scene: LaunchScene = {
    support: new ChaincodeSupport({
      config,
      registry,
      launcher: new RuntimeLauncher(new VMController(), config),
      requests: ledgerRequests(100_000),
      address: () => '127.0.0.1:7052',
      opened: (name) => (name === CC.name ? opened : undefined),
      openedNames: () => [CC.name],
      systemChaincodes,
      deploymentSpec: (cc, signal) => scene.getdepspec(cc, signal),
      codePackage: (cc) => packages.get(cc),
      emit: (fact) => facts.push(fact),
    }),
    registry,
    packages,
    facts,
    opened,
    getdepspec: (cc) => Promise.resolve(devDeploymentSpec(cc, 'golang', '/src')),
    newVM,
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
    outcomes: () => facts.flatMap((fact) => (fact.type === 'launch.ended' ? [fact.outcome] : [])),
  }
  const { support } = scene
  onTestFinished(async () => {
    support.close()
    await Promise.all(opened.instances.map((instance) => instance.stop()))
  })
  return scene
}

/** A build, as far as a launch in-process looks at it. */
export function built(build: number): BuiltProject {
  return {
    build,
    argv: [],
    project: {
      folder: '/src',
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
      terminal: { argv: [] },
    },
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
        exit = (words) => resolve({ at: now(), code: 1, signal: null, lastLines: ['its last words'], words })
      })
      return Promise.resolve({
        containerName: canonicalName(CC),
        exited,
        lastLines: () => ['its last words'],
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
