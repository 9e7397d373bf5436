import type { ContainerState } from '../../contract/state.ts'
import { quoteFor } from '../../platforms/shell-words.ts'
import type { ContainerCreate, EngineAddress } from './engine/engine.ts'

/** No shell makes anything else of these. */
const PLAIN = /^[\w./:-]+$/

/** What a person types into a terminal about a container: `-H` or `--context` where docker would reach another engine. */
export function containerCommands(
  { flags }: Pick<EngineAddress, 'flags'>,
  container: ContainerCreate,
  platform: NodeJS.Platform = process.platform,
): ContainerState['commands'] {
  const quote = quoteFor(platform)
  const word = (text: string) => (PLAIN.test(text) ? text : quote(text))
  const docker = (...args: string[]) => ['docker', ...flags, ...args].map(word).join(' ')
  return {
    shell: docker('exec', '-it', container.name, 'sh'),
    logs: docker('logs', '-f', container.name),
    inspect: docker('inspect', container.name),
    run: docker('run', '--rm', ...runArgs(container)),
  }
}

/** The same container by hand, without its name, its labels and the files that are written into it. */
function runArgs({ image, command = [], env, hostConfig, publish }: ContainerCreate): string[] {
  const { LogConfig, ...rest } = hostConfig
  const one = (flag: string, value: string | number | undefined) => (value === undefined ? [] : [flag, String(value)])
  const each = (flag: string, values: readonly string[] = []) => values.flatMap((value) => [flag, value])
  return [
    ...(rest.Init === true ? ['--init'] : []),
    ...one('--network', rest.NetworkMode),
    ...one('--memory', rest.Memory),
    ...one('--memory-swap', rest.MemorySwap),
    ...one('--cpu-shares', rest.CpuShares),
    ...one('--cpu-quota', rest.CpuQuota),
    ...one('--cpu-period', rest.CpuPeriod),
    ...one('--cpuset-cpus', rest.CpusetCpus),
    ...one('--pids-limit', rest.PidsLimit),
    ...(rest.ReadonlyRootfs === true ? ['--read-only'] : []),
    ...each('--dns', rest.Dns),
    ...each('--dns-search', rest.DnsSearch),
    ...each('--add-host', rest.ExtraHosts),
    ...each('--cap-add', rest.CapAdd),
    ...each('--cap-drop', rest.CapDrop),
    ...each('--security-opt', rest.SecurityOpt),
    ...one('--log-driver', LogConfig?.Type),
    ...each(
      '--log-opt',
      Object.entries(LogConfig?.Config ?? {}).map(([name, value]) => `${name}=${value}`),
    ),
    ...(publish === undefined ? [] : ['--publish', `127.0.0.1::${publish}`]),
    ...each(
      '--env',
      Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ),
    image,
    ...command,
  ]
}
