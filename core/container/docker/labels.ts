import type { Language } from '../../contract/state.ts'
import { VERSION } from '../../version.ts'
import type { ContainerFacts, Labels } from './engine/engine.ts'

/** What a thing of ours on the engine is there for. */
export type Role = 'chaincode' | 'build' | 'dependencies'

/**
 * What everything of one peer carries, and nothing else does: what has not got it is never touched. Every layer of an
 * image is to have it from its first instruction on, so that what an abort leaves behind is found too.
 */
export function ownLabels(peer: string): Labels {
  return { 'slipway.peer': peer }
}

/**
 * The labels of an image of ours. None of them may differ between two runs of Slipway: the engine would take its cached
 * layers for others.
 */
export function imageLabels(image: {
  peer: string
  chaincode: string
  role: Role
  language: Language
  /** sha256 of the code package in it. */
  package?: string
}): Labels {
  return {
    ...ownLabels(image.peer),
    'slipway.chaincode': image.chaincode,
    'slipway.role': image.role,
    ...(image.package === undefined ? {} : { 'slipway.package': image.package }),
    // Fabric's own two (GenerateDockerfile: core/chaincode/platforms/platforms.go v2.x).
    'org.hyperledger.fabric.chaincode.type': fabricType[image.language],
    'org.hyperledger.fabric.version': VERSION,
  }
}

/** The labels of a container of ours. */
export function containerLabels(container: { peer: string; chaincode: string; role: Role }): Labels {
  return {
    ...ownLabels(container.peer),
    'slipway.pid': String(process.pid),
    'slipway.chaincode': container.chaincode,
    'slipway.role': container.role,
  }
}

/** Whether an image with these labels is this peer's. */
export function isOwnImage({ labels }: { labels: Labels }, peer: string): boolean {
  return labels['slipway.peer'] === peer
}

/**
 * Whether this peer made the container. A container has its image's labels too, so that one which a person runs from an
 * image of ours has our label; but not a Slipway's pid. The engine's own containers, in which it builds, have none
 * either: their image is named by its id, as nobody types it.
 */
export function isOwnContainer({ labels, image }: Pick<ContainerFacts, 'labels' | 'image'>, peer: string): boolean {
  return labels['slipway.peer'] === peer && (labels['slipway.pid'] !== undefined || image.startsWith('sha256:'))
}

const fabricType: Record<Language, string> = { golang: 'GOLANG', node: 'NODE', java: 'JAVA' }
