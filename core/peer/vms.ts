import { join } from 'node:path'
import type { ChaincodeStream } from '../comm/chaincode-stream.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import { watchDocker, type DockerWatch } from '../container/docker/engine/engine-watch.ts'
import { ownLabels } from '../container/docker/labels.ts'
import { peerLabel } from '../container/docker/names.ts'
import { ProcessVM } from '../container/process/process-vm.ts'
import { openSurvivors } from '../container/process/survivors.ts'
import { newWarmPool, type WarmPool } from '../container/process/warm-pool.ts'
import type { Custodians } from '../custodian/custodians.ts'
import { startGuardian, type Guardian } from '../process/guardian.ts'
import { logPrinted } from '../logs/printed-lines.ts'
import type { Disposers } from './disposers.ts'
import { newPeerDocker, type PeerDocker } from './docker.ts'
import type { Storage } from './storage.ts'

/** What chaincode folders run in: processes of this machine in dev mode, containers in net mode. */
export interface VMs {
  processVM: ProcessVM
  warmPool: WarmPool
  guardian: Guardian
  docker: PeerDocker
  dockerWatch: DockerWatch
}

/** End the processes that a killed peer of this data folder left behind, and make the VMs. */
export async function startVMs(
  config: PeerConfig,
  { facts, logs }: Storage,
  custodians: Custodians,
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>,
  disposers: Disposers,
): Promise<VMs> {
  const { dataDir, prewarm, vm } = config
  const guardian = startGuardian(config.afterCrash)
  disposers.defer(() => guardian.close())
  const warmPool = newWarmPool(join(dataDir, 'warm'), guardian)
  disposers.defer(() => warmPool.drop())
  const survivors = await openSurvivors(join(dataDir, 'processes.json'))
  disposers.defer(() => survivors.close())
  const processVM = new ProcessVM({
    guard: guardian,
    started: (child) => survivors.remember(child),
    print: logPrinted(logs, config.mspId),
    warm: prewarm ? warmPool : undefined,
  })

  const dockerWatch = watchDocker(facts.emit, {
    labels: ownLabels(peerLabel(dataDir)),
    endpoint: vm.docker.endpoint,
  })
  disposers.defer(() => dockerWatch.close())
  const docker = newPeerDocker({
    config,
    engineUsed: () => guardian.arm(),
    engine: (signal) => dockerWatch.engine(signal),
    logs,
    serving: (name) => custodians.find(name)?.serving,
    handleChaincodeStream,
  })
  disposers.defer(() => docker.close())
  return { processVM, warmPool, guardian, docker, dockerWatch }
}
