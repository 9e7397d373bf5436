import { getArgsAndEnv } from '../chaincode/launch-config.ts'
import { launchable, type Launchable } from '../chaincode/runtime-launcher.ts'
import { canonicalName } from '../ccprovider/cc-context.ts'
import type { ChaincodeStream } from '../comm/chaincode-stream.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import type { ProcessSpec } from '../container/process/process-spec.ts'
import type { ProcessVM } from '../container/process/process-vm.ts'
import type { WarmPool } from '../container/process/warm-pool.ts'
import type { BuiltProject, Project } from '../project/project.ts'
import { serverProcess } from './server-launch.ts'

/** What to start of a build, in the mode of the project. */
export interface Launchables {
  of(project: Project, built: BuiltProject): Launchable
  /** This build serves: prepare the next start, or remove the images of older builds. */
  serves(project: Project, built: BuiltProject): void
  /** End what is kept ready for the next start. */
  dropPrepared(project: Project): Promise<void>
}

export interface LaunchablesParts {
  config: PeerConfig
  /** Where chaincode connects. */
  address: string
  processVM: ProcessVM
  warmPool: WarmPool
  /** In net mode. */
  containers: {
    launchable(project: Project, built: BuiltProject): Launchable
    serves(project: Project, built: BuiltProject): void
  }
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>
}

export function newLaunchables(parts: LaunchablesParts): Launchables {
  const { config, address, processVM, warmPool, containers } = parts
  let starts = 0

  const processSpec = (project: Project, built: BuiltProject): ProcessSpec => {
    const ccid = canonicalName(project)
    const { args, env } = getArgsAndEnv(project.language, ccid, address, config.mspId)
    const container = [config.networkId, config.peerId, project.name, project.version, built.build, (starts += 1)]
    return { ccid, containerName: container.join('-'), args, env, cwd: project.folder, argv: built.argv, built }
  }

  return {
    of(project, built) {
      if (project.mode === 'net') return containers.launchable(project, built)
      const spec = processSpec(project, built)
      if (project.server === undefined) return launchable(processVM, spec, address)
      return serverProcess(parts, project.server, spec)
    },
    serves(project, built) {
      if (project.mode === 'net') containers.serves(project, built)
      else if (config.prewarm && project.server === undefined) void warmPool.prepare(processSpec(project, built))
    },
    dropPrepared: (project) => warmPool.drop(project.name),
  }
}
