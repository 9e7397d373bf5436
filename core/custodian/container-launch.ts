import { getArgsAndEnv, loggingEnv } from '../chaincode/launch-config.ts'
import type { Launchable } from '../chaincode/runtime-launcher.ts'
import { canonicalName } from '../ccprovider/cc-context.ts'
import { listenForContainer, type ContainerListener } from '../comm/container-listener.ts'
import { tlsFiles } from '../comm/tls-files.ts'
import type { Language } from '../contract/language.ts'
import type { DockerSpec } from '../container/docker/docker-spec.ts'
import { reachPeer } from '../container/docker/peer-reach.ts'
import type { Debugged } from '../debugger/debugged.ts'
import type { Instance } from '../container/vm.ts'
import { makeTlsCertificates } from '../msp/tls-certificates.ts'
import { golangArgs } from '../platforms/golang/image-plan.ts'
import { javaArgs } from '../platforms/java/image-plan.ts'
import { nodeArgs } from '../platforms/node/image-plan.ts'
import { otherArgs } from '../platforms/other/platform.ts'
import type { BuiltProject, Project } from '../project/project.ts'
import { containerDebugger, type ContainerDebugger } from './container-debugger.ts'
import { containerSpec, lookFirst, type ContainerWorld } from './container-spec.ts'
import { serverContainer } from './server-container.ts'

/** Program and arguments in a container, as Fabric's peer sets them. */
const argsOf: Record<Language, (address: string, project: Project) => string[]> = {
  golang: golangArgs,
  node: nodeArgs,
  java: javaArgs,
  other: (_address, project) => otherArgs(project),
}

/**
 * What to start of a build in net mode: a container, and a listener for its one stream that lives as long as it does.
 * Its start throws PEER_UNREACHABLE, PORT_UNAVAILABLE, what DockerVM.start throws.
 * `debug`: it is started under its debugger; then it also throws what containerDebugger throws.
 */
export function containerLaunchable(
  world: ContainerWorld,
  project: Project,
  built: BuiltProject,
  organisation?: string,
  debug?: () => Promise<Debugged>,
): Launchable {
  if (project.server !== undefined) return serverContainer(world, project, built, project.server, organisation)
  const { config, engine, vm, handleChaincodeStream, refused } = world
  const ccid = canonicalName(project)
  let address = 'a listener of its own'
  let listener: ContainerListener | undefined

  return {
    ccid,
    get address() {
      return address
    },
    get nothingConnected() {
      return listener?.reached === false
    },
    async start(controller, signal, steps) {
      const reach = await lookFirst(steps, async () => reachPeer(await engine(signal), config.vm.docker, { signal }))
      const tls = config.tls ? await makeTlsCertificates([reach.host]) : undefined
      const options = { ccid, organisation, ...reach, tls, refused }
      const opened = await listenForContainer(options, handleChaincodeStream)
      listener = opened
      address = `${reach.host}:${opened.port}`
      let debugging: ContainerDebugger | undefined
      try {
        const { env } = getArgsAndEnv(project.language, ccid, address, organisation ?? config.mspId)
        const secret = tls === undefined ? { env: {}, files: [] } : tlsFiles(tls)
        const command = argsOf[project.language](address, project)
        // A peer sets none of the author's own; nothing but slipway.yaml says what such a program needs.
        const own = project.language === 'other' ? project.env : {}
        const all = { ...own, ...loggingEnv(config.chaincode.logging), ...env, ...secret.env }
        const spec = containerSpec(world, project, built, { command, ...secret, organisation, env: all })
        const start = { argv: command, env: { ...project.env, ...all } }
        debugging = debug && (await lookFirst(steps, () => containerDebugger(world, project, start, debug, signal)))
        const reserve: DockerSpec['reserve'] = (running) => {
          debugging?.running(running)
          return opened.reserve(running.then((facts) => facts?.addresses))
        }
        const instance = await controller.start(vm, { ...spec, debug: debugging?.debug, reserve }, signal, steps)
        return withListener((await debugging?.started(instance, signal)) ?? instance, opened)
      } catch (error) {
        debugging?.ended()
        await opened.close()
        throw error
      }
    },
  }
}

function withListener(instance: Instance, listener: ContainerListener): Instance {
  void instance.exited.then(() => listener.close())
  const { containerName: name, container } = instance
  return {
    containerName: name,
    container,
    exited: instance.exited,
    turnedAway: listener.turnedAway,
    printed: () => instance.printed(),
    isWorking: () => instance.isWorking?.() ?? Promise.resolve(false),
    stop: () => instance.stop(),
  }
}
