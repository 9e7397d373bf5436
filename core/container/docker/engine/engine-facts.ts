import { PeerError } from '../../../contract/error.ts'
import type { EngineAddress, EngineFacts } from './engine.ts'

/** Docker 19.03: the first whose answers have everything read here. Podman 4 and 5 speak 1.41. */
const NEEDED_API = '1.40'

/** The part of `GET /version` that is read. */
interface EngineVersion {
  Version?: string
  ApiVersion?: string
  Os?: string
  Arch?: string
  Components?: { Name?: string }[] | null
  Platform?: { Name?: string }
}

/** The part of `GET /info` that is read. */
interface EngineInfo {
  Name?: string
  OperatingSystem?: string
  SecurityOptions?: string[] | null
}

/**
 * Ask an engine about itself.
 * @throws DOCKER_TOO_OLD, DOCKER_UNREACHABLE (what answers isn't an engine), and what `ask` throws
 */
export async function engineFacts(
  ask: (path: string) => Promise<unknown>,
  address: EngineAddress,
): Promise<EngineFacts> {
  const version = ((await ask('/version')) ?? {}) as EngineVersion
  checkVersion(version, address)
  const info = ((await ask('/info')) ?? {}) as EngineInfo
  const rootless = info.SecurityOptions?.includes('name=rootless') ?? false
  const product = productOf(version, info, address)
  const inMachine = product !== 'Docker Engine' && product !== 'Podman'
  return {
    product,
    version: version.Version ?? '',
    apiVersion: version.ApiVersion ?? '',
    os: version.Os ?? 'linux',
    arch: version.Arch ?? '',
    rootless,
    local: process.platform === 'linux' && address.kind === 'unix' && !inMachine && !rootless,
  }
}

/** @throws DOCKER_TOO_OLD, DOCKER_UNREACHABLE */
function checkVersion(version: EngineVersion, { host, why }: EngineAddress): void {
  const { Version, ApiVersion } = version
  if (typeof Version !== 'string' || typeof ApiVersion !== 'string')
    throw new PeerError('DOCKER_UNREACHABLE', { host, why, reason: 'What answers there is not a Docker engine.' })
  if (isOlder(ApiVersion, NEEDED_API))
    throw new PeerError('DOCKER_TOO_OLD', { version: Version, apiVersion: ApiVersion, needed: NEEDED_API })
}

function isOlder(version: string, needed: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number)
  return major < neededMajor || (major === neededMajor && minor < neededMinor)
}

/** Known from the name of the machine that the engine runs in, or from the place of its socket. */
function productOf(version: EngineVersion, info: EngineInfo, { host }: Pick<EngineAddress, 'host'>): string {
  if (version.Components?.some(({ Name: name }) => name === 'Podman Engine') === true) return 'Podman'
  const names = `${version.Platform?.Name ?? ''} ${info.OperatingSystem ?? ''} ${info.Name ?? ''}`
  if (/docker desktop/i.test(names) || /\/\.docker\/(desktop|run)\//.test(host)) return 'Docker Desktop'
  if (/colima/i.test(names) || host.includes('/.colima/')) return 'Colima'
  if (/rancher/i.test(names) || host.includes('/.rd/')) return 'Rancher Desktop'
  return 'Docker Engine'
}
