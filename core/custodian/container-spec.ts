import type { ChaincodeStream } from '../comm/chaincode-stream.ts'
import { canonicalName } from '../ccprovider/cc-context.ts'
import type { PeerConfig } from '../config/peer-config.ts'
import { PeerError } from '../contract/error.ts'
import type { DockerSpec } from '../container/docker/docker-spec.ts'
import type { DockerVM } from '../container/docker/docker-vm.ts'
import type { DockerEngine } from '../container/docker/engine/engine.ts'
import type { ImageBuilder } from '../container/docker/image/image-builder.ts'
import { imageKey } from '../container/docker/image/image-key.ts'
import { containerLabels } from '../container/docker/labels.ts'
import { containerName, imageName, peerLabel } from '../container/docker/names.ts'
import type { StartSteps } from '../container/vm.ts'
import type { BuiltProject, Project } from '../project/project.ts'

/** What launches chaincode in containers. */
export interface ContainerWorld {
  config: PeerConfig
  /** The current engine. @throws PeerError DOCKER_* */
  engine(signal?: AbortSignal): Promise<DockerEngine>
  vm: DockerVM
  images: ImageBuilder
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>
  /** Something other than the container connected to its listener. */
  refused: (error: PeerError) => void
  /** Number of starts of an image: its containers' names have it, so that a new one can stand beside an old one. */
  starts: Map<string, number>
}

/**
 * The image of what was packaged, on this peer.
 * @throws PeerError CONTAINER_NAME_INVALID
 */
export function imageOf(config: PeerConfig, project: Project, { code }: BuiltProject): string {
  if (code === undefined) throw new PeerError('UNEXPECTED', { message: `${project.name} was not packaged.` })
  return imageName(config, project, imageKey(project, code, config.chaincode))
}

/** Look, before anything is made, whether a container is possible at all; if not, the timeline's step `image` fails. */
export async function lookFirst<T>(steps: StartSteps, look: () => Promise<T>): Promise<T> {
  try {
    return await look()
  } catch (error) {
    return steps.report.step('image', () => Promise.reject(PeerError.from(error)))
  }
}

/** What a container of that build is started with. `own`: what depends on the way of reaching it. */
export function containerSpec(
  { config, images, starts }: ContainerWorld,
  project: Project,
  built: BuiltProject,
  { organisation, ...own }: Pick<DockerSpec, 'command' | 'env' | 'files'> & { organisation: string | undefined },
): DockerSpec {
  const image = imageOf(config, project, built)
  const number = (starts.get(image) ?? 0) + 1
  starts.set(image, number)
  return {
    ...own,
    ccid: canonicalName(project),
    mspId: organisation ?? config.mspId,
    containerName: containerName(image, number),
    args: [],
    built,
    image,
    // As the key says, not as it was built for: since then its debugger, or another setting, may have been changed.
    build: (steps, signal) => images.build({ ...built, project }, image, steps, signal),
    labels: containerLabels({ peer: peerLabel(config.dataDir), chaincode: project.name, role: 'chaincode' }),
  }
}
