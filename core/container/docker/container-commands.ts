import type { ContainerState } from '../../contract/run-state.ts'
import { quoteFor } from '../../platforms/shell-words.ts'
import type { EngineDialect } from './engine/engine-dialect.ts'
import type { ContainerCreate, EngineAddress } from './engine/engine.ts'

/** Needs no quotes in any shell. */
const PLAIN = /^[\w./:-]+$/

/** Commands for a person's terminal; with `-H` or `--context` if docker would reach another engine. */
export function containerCommands(
  address: EngineAddress,
  { program }: Pick<EngineDialect, 'program'>,
  container: ContainerCreate,
  platform: NodeJS.Platform = process.platform,
): ContainerState['commands'] {
  const quote = quoteFor(platform)
  const word = (text: string) => (PLAIN.test(text) ? text : quote(text))
  const start = commandOf(address, program)
  const docker = (...args: string[]) => [...start, ...args].map(word).join(' ')
  return {
    shell: docker('exec', '-it', container.name, 'sh'),
    logs: docker('logs', '-f', container.name),
    inspect: docker('inspect', container.name),
    run: docker('run', '--rm', ...runArgs(container)),
  }
}

/** docker reaches any engine, but who has Podman may not have docker. */
function commandOf({ kind, host, flags }: EngineAddress, program: EngineDialect['program']): string[] {
  const hasOwn = program === 'podman' && kind === 'unix' && flags[0] === '-H'
  return hasOwn ? ['podman', '--url', host] : ['docker', ...flags]
}

/** Starts the same container by hand, without its name, its labels and the files that are written into it. */
function runArgs({ image, command = [], env, hostConfig, publish }: ContainerCreate): string[] {
  const { LogConfig, ...rest } = hostConfig
  const single = (flag: string, value: string | number | undefined) =>
    value === undefined ? [] : [flag, String(value)]
  const repeated = (flag: string, values: readonly string[] = []) => values.flatMap((value) => [flag, value])
  return [
    ...(rest.Init === true ? ['--init'] : []),
    ...single('--network', rest.NetworkMode),
    ...single('--memory', rest.Memory),
    ...single('--memory-swap', rest.MemorySwap),
    ...single('--cpu-shares', rest.CpuShares),
    ...single('--cpu-quota', rest.CpuQuota),
    ...single('--cpu-period', rest.CpuPeriod),
    ...single('--cpuset-cpus', rest.CpusetCpus),
    ...single('--pids-limit', rest.PidsLimit),
    ...(rest.ReadonlyRootfs === true ? ['--read-only'] : []),
    ...repeated('--dns', rest.Dns),
    ...repeated('--dns-search', rest.DnsSearch),
    ...repeated('--add-host', rest.ExtraHosts),
    ...repeated('--cap-add', rest.CapAdd),
    ...repeated('--cap-drop', rest.CapDrop),
    ...repeated('--security-opt', rest.SecurityOpt),
    ...single('--log-driver', LogConfig?.Type),
    ...repeated(
      '--log-opt',
      Object.entries(LogConfig?.Config ?? {}).map(([name, value]) => `${name}=${value}`),
    ),
    ...(publish === undefined ? [] : ['--publish', `127.0.0.1::${publish}`]),
    ...repeated(
      '--env',
      Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ),
    image,
    ...command,
  ]
}
