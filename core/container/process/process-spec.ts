import { environment } from '../../platforms/environment.ts'
import type { BuiltProject } from '../../project/project.ts'
import type { StartSpec } from '../vm.ts'

/** What a process is started with, beside what every VM is told. */
export interface ProcessSpec extends StartSpec {
  cwd: string
  /** Program and arguments; `args` come behind them. */
  argv: string[]
  built: BuiltProject
}

/** The author's variables win over those of the terminal, Fabric's over both. */
export function processEnvironment(spec: ProcessSpec): Record<string, string> {
  return environment({ ...spec.built.project.env, ...spec.env })
}
