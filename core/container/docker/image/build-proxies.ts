import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { homeFolder } from '../../../process/home-folder.ts'

/** Maps a proxy in docker's config.json to the variable that the engine's builder knows without an ARG. */
const NAMES = {
  httpProxy: 'HTTP_PROXY',
  httpsProxy: 'HTTPS_PROXY',
  ftpProxy: 'FTP_PROXY',
  allProxy: 'ALL_PROXY',
  noProxy: 'NO_PROXY',
} as const
/** A proxy on this machine's loopback, which containers can't reach. */
const LOOPBACK = /^(?:\w+:\/\/)?(?:[^@/]*@)?(?:localhost|127\.[\d.]+|\[?::1\]?)(?::\d+)?(?:\/|$)/i

/**
 * The proxy variables for builds in containers, in upper and lower case, since tools differ: from docker's config.json
 * (`proxies`), as in `docker build`, else from the environment, except a proxy that only this machine reaches.
 * `host`: the engine's, which may have its own entry in config.json.
 */
export async function buildProxies(env: NodeJS.ProcessEnv, host: string): Promise<Record<string, string>> {
  const configured = await dockerProxies(env['DOCKER_CONFIG'] ?? path.join(homeFolder(), '.docker'), host)
  const proxies: Record<string, string> = {}
  for (const [key, name] of Object.entries(NAMES)) {
    const fromEnv = env[name] ?? env[name.toLowerCase()] ?? ''
    const value = configured[key] ?? (LOOPBACK.test(fromEnv) && name !== 'NO_PROXY' ? '' : fromEnv)
    if (typeof value === 'string' && value !== '') proxies[name] = proxies[name.toLowerCase()] = value
  }
  return proxies
}

async function dockerProxies(configFolder: string, host: string): Promise<Record<string, unknown>> {
  try {
    const config: unknown = JSON.parse(await readFile(path.join(configFolder, 'config.json'), 'utf8'))
    const { proxies } = config as { proxies?: Record<string, Record<string, unknown> | undefined> }
    return proxies?.[host] ?? proxies?.['default'] ?? {}
  } catch {
    // Usually the file doesn't exist.
    return {}
  }
}
