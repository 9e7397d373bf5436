import { environment } from '../../platforms/environment.ts'
import type { BuiltProject } from '../../project/project.ts'
import type { StartSpec } from '../vm.ts'

/** What a process is started with, in addition to what every VM needs. */
export interface ProcessSpec extends StartSpec {
  cwd: string
  /** Program and arguments; `args` follow them. */
  argv: string[]
  built: BuiltProject
  /** MSP id of the organisation whose peer it serves. */
  mspId: string
}

/** The author's variables override those of the terminal, Fabric's override both. */
export function processEnvironment(spec: ProcessSpec): Record<string, string> {
  return environment({ ...spec.built.project.env, ...spec.env })
}
