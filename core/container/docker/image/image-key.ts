import { createHash } from 'node:crypto'
import { debugsIn } from '../../../contract/debugger.ts'
import type { ImageConfig } from '../../../platforms/image-plan.ts'
import type { CodePackage, Project } from '../../../project/project.ts'

/** Increase it when images are built differently, so that none built in the old way is used. */
export const PLAN = 1

/**
 * A hash of everything that decides the content of a chaincode's image: its package, the base images and how it is
 * built. Different content has a different key, so an image of the same name never holds old code.
 */
export function imageKey(project: Project, code: CodePackage, config: ImageConfig): string {
  const { language } = project
  const bases = {
    golang: [config.builder, config.golang.runtime, config.golang.dynamicLink],
    node: [config.node.runtime],
    java: [config.java.runtime],
    other: [project.image, project.build],
  }[language]
  // Go is compiled otherwise for a debugger.
  const debugged = language === 'golang' && project.debug === true && debugsIn('net', project) ? ['debug'] : []
  return hashOf([PLAN, language, code.hash, bases, ...debugged])
}

/** sha256 of a value's JSON, hex. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
