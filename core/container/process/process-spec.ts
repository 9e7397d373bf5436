import type { Debugged } from '../../debugger/debugged.ts'
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
  /** Its debugger, made for each start. Absent: it is started without one. */
  debug?: (() => Promise<Debugged>) | undefined
}

const PROXIES = /^(?:grpc|https?|all)_proxy$/i
const LOOPBACK = '127.0.0.1,localhost,::1'

/** Node's gRPC sends even what is for loopback through a proxy; the peer listens there, where no proxy reaches it. */
export function pastProxies(env: Record<string, string>): Record<string, string> {
  if (!Object.keys(env).some((name) => PROXIES.test(name) && env[name] !== '')) return env
  // grpc-js prefers no_grpc_proxy; Go and the others read no_proxy or NO_PROXY.
  const names = ['no_proxy', 'NO_PROXY', ...(env['no_grpc_proxy'] === undefined ? [] : ['no_grpc_proxy'])]
  const added = names.map((name) => [name, env[name] ? `${env[name]},${LOOPBACK}` : LOOPBACK])
  return { ...env, ...(Object.fromEntries(added) as Record<string, string>) }
}

/** The author's variables override those of the terminal, Fabric's override both. */
export function processEnvironment(spec: ProcessSpec): Record<string, string> {
  return pastProxies(environment({ ...spec.built.project.env, ...spec.env }))
}
