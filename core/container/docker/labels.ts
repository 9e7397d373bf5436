import type { Language } from '../../contract/language.ts'
import { VERSION } from '../../version.ts'
import type { ContainerFacts, Labels } from './engine/engine.ts'

/** What one of Slipway's containers or images is for. */
export type Role = 'chaincode' | 'build' | 'dependencies'

/**
 * The label of everything that one peer makes, and of nothing else: Slipway never touches what lacks it. Every layer of
 * an image must have it from the first instruction on, so that the remains of an abort are found too.
 */
export function ownLabels(peer: string): Labels {
  return { 'slipway.peer': peer }
}

/**
 * The labels of an image. They must not differ between runs of Slipway, or the engine couldn't use its cached layers.
 */
export function imageLabels(image: { peer: string; chaincode: string; role: Role; language: Language }): Labels {
  return {
    ...ownLabels(image.peer),
    'slipway.chaincode': image.chaincode,
    'slipway.role': image.role,
    // Fabric sets these two as well (GenerateDockerfile: core/chaincode/platforms/platforms.go v2.x).
    'org.hyperledger.fabric.chaincode.type': fabricType[image.language],
    'org.hyperledger.fabric.version': VERSION,
  }
}

/**
 * What an image of dependencies changes where it is made of the container that built them: it would keep the container's
 * labels. A line each, as Podman takes them.
 */
export const ofDependencies: readonly string[] = ['LABEL slipway.pid=""', 'LABEL slipway.role="dependencies"']

/** The labels of a container. */
export function containerLabels(container: { peer: string; chaincode: string; role: Role }): Labels {
  return {
    ...ownLabels(container.peer),
    'slipway.pid': String(process.pid),
    'slipway.chaincode': container.chaincode,
    'slipway.role': container.role,
  }
}

/** Whether an image belongs to this peer. */
export function isOwnImage({ labels }: { labels: Labels }, peer: string): boolean {
  return labels['slipway.peer'] === peer
}

/**
 * Whether this peer made the container. A container inherits its image's labels, so one that a person runs from
 * Slipway's image has the label too, but not a Slipway's pid. The engine's own build containers have no pid either, but
 * they name their image by its id, which nobody types.
 */
export function isOwnContainer({ labels, image }: Pick<ContainerFacts, 'labels' | 'image'>, peer: string): boolean {
  const { 'slipway.pid': pid = '' } = labels
  return labels['slipway.peer'] === peer && (pid !== '' || image.startsWith('sha256:'))
}

const fabricType: Record<Language, string> = { golang: 'GOLANG', node: 'NODE', java: 'JAVA', other: 'UNDEFINED' }
