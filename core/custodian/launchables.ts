import { getArgsAndEnv } from '../chaincode/launch-config.ts'
import type { Launchable } from '../chaincode/runtime-launcher.ts'
import { canonicalName } from '../ccprovider/cc-context.ts'
import type { ChaincodeStream } from '../comm/chaincode-stream.ts'
import type { ProcessListener, ProcessListeners } from '../comm/process-listener.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import { debugsIn } from '../contract/debugger.ts'
import type { Debugged } from '../debugger/debugged.ts'
import type { Debuggers } from '../debugger/debuggers.ts'
import type { ProcessSpec } from '../container/process/process-spec.ts'
import type { ProcessVM } from '../container/process/process-vm.ts'
import type { WarmPool } from '../container/process/warm-pool.ts'
import type { BuiltProject, Project } from '../project/project.ts'
import { serverProcess } from './server-launch.ts'

/** What to start of a build, in the mode of the project, for an organisation's peer: by default for the peer's own. */
export interface Launchables {
  of(project: Project, built: BuiltProject, organisation?: string): Launchable
  /** This build serves: prepare the next start, or remove the images of older builds. */
  serves(project: Project, built: BuiltProject, organisation?: string): void
  /** End what is kept ready for the next start. */
  dropPrepared(project: Project): Promise<void>
  /** Its processes connect to this port of 127.0.0.1 from now on. @throws PeerError PORT_UNAVAILABLE */
  usePort(project: Project, port: number): Promise<void>
  /** It is closed: end that, and listen for its processes no longer. */
  close(project: Project): Promise<void>
}

export interface LaunchablesParts {
  config: PeerConfig
  /** Where the processes connect that Slipway starts. */
  listeners: ProcessListeners
  processVM: ProcessVM
  warmPool: WarmPool
  /** In net mode. */
  containers: {
    launchable(
      project: Project,
      built: BuiltProject,
      organisation?: string,
      debug?: () => Promise<Debugged>,
    ): Launchable
    serves(project: Project, built: BuiltProject): void
  }
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>
  debuggers: Debuggers
}

export function newLaunchables(parts: LaunchablesParts): Launchables {
  const { config, listeners, processVM, warmPool, containers, debuggers } = parts
  let starts = 0

  // One process at a time stands at a breakpoint: those for other organisations run without.
  const debugOf = (project: Project, mspId: string) =>
    project.debug === true && mspId === config.mspId && debugsIn(project.mode, project)
      ? () => debuggers.begin(project)
      : undefined

  const processSpec = (project: Project, built: BuiltProject, mspId: string, address: string): ProcessSpec => {
    const ccid = canonicalName(project)
    const { args, env } = getArgsAndEnv(project.language, ccid, address, mspId)
    const container = [config.networkId, config.peerId, project.name, project.version, built.build, (starts += 1)]
    const containerName = container.join('-')
    const debug = debugOf(project, mspId)
    return { ccid, containerName, args, env, cwd: project.folder, argv: built.argv, built, mspId, debug }
  }

  return {
    of(project, built, organisation) {
      const mspId = organisation ?? config.mspId
      if (project.mode === 'net') return containers.launchable(project, built, organisation, debugOf(project, mspId))
      const { name, server } = project
      if (server !== undefined) {
        return serverProcess(parts, server, processSpec(project, built, mspId, server), organisation)
      }
      const specAt = (address: string) => processSpec(project, built, mspId, address)
      return processLaunchable(canonicalName(project), () => listeners.of({ name, organisation }), specAt, processVM)
    },
    serves(project, built, organisation) {
      if (project.debug !== true || !debugsIn(project.mode, project)) void debuggers.close(project.name)
      if (project.mode === 'net') return containers.serves(project, built)
      if (!config.prewarm || project.server !== undefined) return
      // It is open: what serves has registered there.
      void listeners.of({ name: project.name, organisation }).then(
        ({ address }) => warmPool.prepare(processSpec(project, built, organisation ?? config.mspId, address)),
        () => undefined,
      )
    },
    async dropPrepared({ name }) {
      await warmPool.drop(name)
      await debuggers.close(name)
    },
    async usePort({ name }, port) {
      await listeners.usePort(name, port)
      // It has the other port in its environment.
      await warmPool.drop(name)
    },
    async close({ name }) {
      await warmPool.drop(name)
      await debuggers.close(name)
      await listeners.close(name)
    },
  }
}

/** A process that connects to a listener of its own. */
function processLaunchable(
  ccid: string,
  listening: () => Promise<ProcessListener>,
  specAt: (address: string) => ProcessSpec,
  processVM: ProcessVM,
): Launchable {
  let address = 'a listener of its own'
  return {
    ccid,
    get address() {
      return address
    },
    async start(controller, signal, steps) {
      const listener = await listening()
      address = listener.address
      const starting = controller.start(processVM, specAt(address), signal, steps)
      const expected = listener.expect(
        ccid,
        starting.then(
          ({ process }) => process?.pid,
          () => undefined,
        ),
      )
      try {
        const instance = await starting
        void instance.exited.then(() => expected.end())
        return { ...instance, turnedAway: expected.turnedAway }
      } catch (error) {
        expected.end()
        throw error
      }
    },
  }
}
