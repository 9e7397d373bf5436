import { getArgsAndEnv } from '../chaincode/launch-config.ts'
import type { ChaincodeStream } from '../chaincode/chaincode-stream.ts'
import type { Launchable } from '../chaincode/runtime-launcher.ts'
import { canonicalName } from '../ccprovider/cc-context.ts'
import { listenForContainer, type ContainerListener } from '../comm/container-listener.ts'
import { tlsFiles } from '../comm/tls-files.ts'
import type { PeerConfig } from '../config.ts'
import { PeerError } from '../contract/error.ts'
import type { DockerSpec } from '../container/docker/docker-spec.ts'
import type { DockerVM } from '../container/docker/docker-vm.ts'
import type { DockerEngine } from '../container/docker/engine/engine.ts'
import type { ImageBuilder } from '../container/docker/image/image-builder.ts'
import { imageKey } from '../container/docker/image/image-key.ts'
import { containerLabels } from '../container/docker/labels.ts'
import { containerName, imageName, peerLabel } from '../container/docker/names.ts'
import { reachPeer, type PeerReach } from '../container/docker/peer-reach.ts'
import type { Instance, StartSteps } from '../container/vm.ts'
import { makeTlsCertificates, type TlsCertificates } from '../msp/tls-certificates.ts'
import { golangArgs } from '../platforms/golang/dockerfile.ts'
import { javaArgs } from '../platforms/java/dockerfile.ts'
import { nodeArgs } from '../platforms/node/dockerfile.ts'
import type { BuiltProject, Project } from '../platforms/project.ts'

/** What launches chaincode in containers. */
export interface ContainerWorld {
  config: PeerConfig
  /** The engine that is there now. @throws PeerError DOCKER_* */
  engine(signal?: AbortSignal): Promise<DockerEngine>
  vm: DockerVM
  images: ImageBuilder
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>
  /** A connection to a container's listener that was not the container's. */
  refused: (error: PeerError) => void
}

/** Starts of an image: a container's name has its number, so that the new one can stand beside the old one. */
const starts = new Map<string, number>()

/** Program and arguments in a container, as Fabric's peer gives them. */
const argsOf = { golang: golangArgs, node: nodeArgs, java: javaArgs }

/**
 * The image of what was packaged, on this peer.
 * @throws PeerError CONTAINER_NAME_INVALID
 */
export function imageOf(config: PeerConfig, project: Project, { code }: BuiltProject): string {
  if (code === undefined) throw new PeerError('UNEXPECTED', { message: `${project.name} was not packaged.` })
  return imageName(config, project, imageKey(project, code, config.chaincode))
}

/**
 * What to start of a build in net mode: a container, and for its one stream a listener of its own that lives as long
 * as it does. Its start throws PEER_UNREACHABLE, PORT_UNAVAILABLE, what DockerVM.start throws.
 */
export function containerLaunchable(world: ContainerWorld, project: Project, built: BuiltProject): Launchable {
  const { config, vm, handleChaincodeStream, refused } = world
  const ccid = canonicalName(project)
  let address = 'a listener of its own'

  return {
    ccid,
    get address() {
      return address
    },
    async start(controller, signal, steps) {
      const image = imageOf(config, project, built)
      const reach = await reachable(world, signal, steps)
      const tls = config.tls ? await makeTlsCertificates([reach.host]) : undefined
      const { listenOn, seesContainer } = reach
      const listener = await listenForContainer(
        { ccid, listenOn, seesContainer, ...(tls === undefined ? {} : { tls }), refused },
        handleChaincodeStream,
      )
      address = `${reach.host}:${listener.port}`
      try {
        const spec = specOf(world, { project, built, ccid, image, address, tls })
        const reserve: DockerSpec['reserve'] = (running) => listener.reserve(running.then((facts) => facts?.addresses))
        return withListener(await controller.start(vm, { ...spec, reserve }, signal, steps), listener)
      } catch (error) {
        await listener.close()
        throw error
      }
    },
  }
}

function specOf(
  { config, images }: ContainerWorld,
  what: {
    project: Project
    built: BuiltProject
    ccid: string
    image: string
    address: string
    tls: TlsCertificates | undefined
  },
): DockerSpec {
  const { project, built, ccid, image, address, tls } = what
  const number = (starts.get(image) ?? 0) + 1
  starts.set(image, number)
  const { env } = getArgsAndEnv(project.language, ccid, address, config.mspId)
  const secret = tls === undefined ? { env: {}, files: [] } : tlsFiles(tls)
  return {
    ccid,
    containerName: containerName(image, number),
    args: [],
    command: argsOf[project.language](address),
    env: { ...env, ...secret.env },
    files: secret.files,
    built,
    image,
    build: (steps, signal) => images.build(built, image, steps, signal),
    labels: containerLabels({ peer: peerLabel(config.dataDir), chaincode: project.name, role: 'chaincode' }),
  }
}

/** Whether there is an engine, and how its containers reach this peer; where not, the timeline says so of the image. */
async function reachable(
  { config, engine }: ContainerWorld,
  signal: AbortSignal,
  steps: StartSteps,
): Promise<PeerReach> {
  try {
    return await reachPeer(await engine(signal), config.vm.docker, { signal })
  } catch (error) {
    return steps.report.step('image', () => Promise.reject(PeerError.from(error)))
  }
}

function withListener(instance: Instance, listener: ContainerListener): Instance {
  void instance.exited.then(() => listener.close())
  const { containerName: name, container } = instance
  return {
    containerName: name,
    ...(container === undefined ? {} : { container }),
    exited: instance.exited,
    turnedAway: listener.turnedAway,
    lastLines: () => instance.lastLines(),
    stop: () => instance.stop(),
  }
}
