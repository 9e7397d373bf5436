import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'

/** A proxy in docker's config.json → the variable that the engine's builder knows without an ARG. */
const NAMES = {
  httpProxy: 'HTTP_PROXY',
  httpsProxy: 'HTTPS_PROXY',
  ftpProxy: 'FTP_PROXY',
  allProxy: 'ALL_PROXY',
  noProxy: 'NO_PROXY',
} as const
/** This machine's own loopback, which in a container is the container's. */
const LOOPBACK = /^(?:\w+:\/\/)?(?:[^@/]*@)?(?:localhost|127\.[\d.]+|\[?::1\]?)(?::\d+)?(?:\/|$)/i

/**
 * The proxies for builds in containers: those of docker's own config.json (`proxies`), as `docker build` takes them, else
 * those of an environment, but for one that only this machine reaches. In both cases of letters, as tools differ.
 * `host`: that of the engine, which may have proxies of its own.
 */
export async function buildProxies(env: NodeJS.ProcessEnv, host: string): Promise<Record<string, string>> {
  const configured = await dockerProxies(env['DOCKER_CONFIG'] ?? path.join(homedir(), '.docker'), host)
  const found: Record<string, string> = {}
  for (const [key, name] of Object.entries(NAMES)) {
    const own = env[name] ?? env[name.toLowerCase()] ?? ''
    const value = configured[key] ?? (LOOPBACK.test(own) && name !== 'NO_PROXY' ? '' : own)
    if (typeof value === 'string' && value !== '') found[name] = found[name.toLowerCase()] = value
  }
  return found
}

async function dockerProxies(configFolder: string, host: string): Promise<Record<string, unknown>> {
  try {
    const config: unknown = JSON.parse(await readFile(path.join(configFolder, 'config.json'), 'utf8'))
    const { proxies } = config as { proxies?: Record<string, Record<string, unknown> | undefined> }
    return proxies?.[host] ?? proxies?.['default'] ?? {}
  } catch {
    // None, as a rule.
    return {}
  }
}
