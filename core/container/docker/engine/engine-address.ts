import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PeerError } from '../../../contract/error.ts'
import type { EngineAddress } from './engine.ts'
import type { EngineTls, Reach } from './reach.ts'

/** Where an engine may be, and how to reach it there. */
export interface EnginePlace {
  address: EngineAddress
  reach: Reach
}

/** The certificates for an address whose scheme doesn't ask for TLS. */
export interface TlsFiles {
  folder: string
  verify: boolean
  /** Ignore missing files; otherwise all three must exist. */
  optional: boolean
}

/** Where an address comes from, and how docker is pointed at it: `why` and `flags` of an EngineAddress. */
type Origin = Pick<EngineAddress, 'why' | 'flags'>

/**
 * Parse an address in DOCKER_HOST's form: `unix:///path`, `npipe:////./pipe/name`, `tcp://host[:port]`,
 * `http://…`, `https://…`, `ssh://[user@]host[:port][/socket]`.
 * @throws DOCKER_ADDRESS, DOCKER_UNREACHABLE (its certificates can't be read)
 */
export async function placeOf(
  host: string,
  { tls, ...origin }: Origin & { tls?: TlsFiles | undefined },
): Promise<EnginePlace> {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(host) ?? []
  switch (scheme) {
    case 'unix':
    case 'npipe': {
      if (!rest.startsWith('/')) throw invalid(host, origin, 'Its path is not absolute.')
      return { address: { kind: scheme, host, ...origin }, reach: { kind: 'socket', path: rest } }
    }
    case 'ssh':
      return sshPlace(host, urlOf(host, scheme, origin), origin)
    case 'tcp':
    case 'http':
    case 'https':
      return tcpPlace(host, urlOf(host, scheme, origin), origin, tls)
    default:
      throw invalid(host, origin, 'It begins with none of unix, npipe, tcp and ssh.')
  }
}

function sshPlace(host: string, url: URL, origin: Origin): EnginePlace {
  if (url.password !== '') throw invalid(host, origin, 'It must not contain a password: ssh is not asked for one here.')
  const target = {
    host: hostname(url),
    user: url.username === '' ? undefined : decodeURIComponent(url.username),
    port: portOf(url),
    path: hasPath(url) ? decodeURIComponent(url.pathname) : undefined,
  }
  return { address: { kind: 'ssh', host, ...origin }, reach: { kind: 'ssh', target } }
}

async function tcpPlace(host: string, url: URL, origin: Origin, tls: TlsFiles | undefined): Promise<EnginePlace> {
  if (url.username !== '') throw invalid(host, origin, 'It must not name a user.')
  if (hasPath(url)) throw invalid(host, origin, 'It has a path after its port.')
  const address: EngineAddress = { kind: 'tcp', host, ...origin }
  const reach = { kind: 'tcp', host: hostname(url) } as const
  if (tls === undefined && !host.startsWith('https:'))
    return { address, reach: { ...reach, port: portOf(url) ?? 2375 } }
  const certificates = tls === undefined ? { verify: true } : await readTls(tls, address)
  return { address, reach: { ...reach, port: portOf(url) ?? 2376, tls: certificates } }
}

function urlOf(host: string, scheme: string, origin: Origin): URL {
  try {
    // URL has laxer rules for schemes it doesn't know.
    return new URL(host.replace(scheme, 'http'))
  } catch (error) {
    throw invalid(host, origin, 'Its host or port is not valid.', error)
  }
}

function hostname(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1')
}

function portOf(url: URL): number | undefined {
  return url.port === '' ? undefined : Number(url.port)
}

function hasPath(url: URL): boolean {
  return url.pathname !== '' && url.pathname !== '/'
}

async function readTls({ folder, verify, optional }: TlsFiles, { host, why }: EngineAddress): Promise<EngineTls> {
  const tls: EngineTls = { verify }
  for (const name of ['ca', 'cert', 'key'] as const) {
    const file = join(folder, `${name}.pem`)
    try {
      tls[name] = await readFile(file, 'utf8')
    } catch (error) {
      if (optional) continue
      throw new PeerError('DOCKER_UNREACHABLE', { host, why, reason: `${file} cannot be read.` }, { cause: error })
    }
  }
  return tls
}

function invalid(host: string, { why }: Origin, reason: string, cause?: unknown): PeerError {
  return new PeerError('DOCKER_ADDRESS', { text: host, why, reason }, { cause })
}
