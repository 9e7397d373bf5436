import { createHash } from 'node:crypto'
import type { ImageConfig } from '../../../platforms/image-plan.ts'
import type { CodePackage, Project } from '../../../project/project.ts'

/** Another number where the way that images are made has changed, so that none made in the old way is taken. */
export const PLAN = 1

/**
 * A hash of all that decides what is in a chaincode's image: its package, the base images and how it is built. Other
 * content has another key, so that an image of the same name is never old code.
 */
export function imageKey(project: Project, code: CodePackage, config: ImageConfig): string {
  const { language } = project
  const base = {
    golang: [config.builder, config.golang.runtime, config.golang.dynamicLink],
    node: [config.node.runtime],
    java: [config.java.runtime],
  }[language]
  return hashOf([PLAN, language, code.hash, base])
}

/** sha256 of a value's JSON, hex. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
