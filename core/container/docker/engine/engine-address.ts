import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PeerError } from '../../../contract/error.ts'
import type { EngineAddress } from './engine.ts'
import type { EngineTls, Reach } from './reach.ts'

/** Where an engine may be, and how it is reached there. */
export interface EnginePlace {
  address: EngineAddress
  reach: Reach
}

/** Where the certificates are that an address without a scheme of its own for it is to be reached with. */
export interface TlsFiles {
  folder: string
  verify: boolean
  /** Files that are not there are done without; otherwise all three must be. */
  optional: boolean
}

/**
 * Understand an address in DOCKER_HOST's form: `unix:///path`, `npipe:////./pipe/name`, `tcp://host[:port]`,
 * `http://…`, `https://…`, `ssh://[user@]host[:port][/socket]`.
 * @throws DOCKER_ADDRESS, DOCKER_UNREACHABLE (its certificates cannot be read)
 */
export async function placeOf(
  host: string,
  { why, flags, tls }: { why: string; flags: string[]; tls?: TlsFiles | undefined },
): Promise<EnginePlace> {
  const wrong = (reason: string, cause?: unknown) =>
    new PeerError('DOCKER_ADDRESS', { text: host, why, reason }, { cause })
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(host) ?? []
  if (scheme === 'unix' || scheme === 'npipe') {
    if (!rest.startsWith('/')) throw wrong('Its path is not absolute.')
    return { address: { kind: scheme, host, why, flags }, reach: { kind: 'socket', path: rest } }
  }
  if (!['tcp', 'http', 'https', 'ssh'].includes(scheme)) throw wrong('It begins with none of unix, npipe, tcp and ssh.')
  const url = urlOf(host, scheme, wrong)
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = url.port === '' ? undefined : Number(url.port)
  if (scheme === 'ssh') {
    if (url.password !== '') throw wrong('A password has no place in it: ssh asks for none here.')
    const target = {
      host: name,
      ...(url.username === '' ? {} : { user: decodeURIComponent(url.username) }),
      ...(port === undefined ? {} : { port }),
      ...(url.pathname === '' || url.pathname === '/' ? {} : { path: decodeURIComponent(url.pathname) }),
    }
    return { address: { kind: 'ssh', host, why, flags }, reach: { kind: 'ssh', target } }
  }
  if (url.pathname !== '' && url.pathname !== '/') throw wrong('It has a path behind its port.')
  const address: EngineAddress = { kind: 'tcp', host, why, flags }
  const secure = tls !== undefined || scheme === 'https'
  if (!secure) return { address, reach: { kind: 'tcp', host: name, port: port ?? 2375 } }
  const certificates = tls === undefined ? { verify: true } : await readTls(tls, address)
  return { address, reach: { kind: 'tcp', host: name, port: port ?? 2376, tls: certificates } }
}

function urlOf(host: string, scheme: string, wrong: (reason: string, cause: unknown) => PeerError): URL {
  try {
    // Schemes that it does not know have less strict rules.
    const url = new URL(host.replace(scheme, 'http'))
    if (scheme !== 'ssh' && url.username !== '') throw new Error('It names a user.')
    return url
  } catch (error) {
    throw wrong('Its host or port cannot be understood.', error)
  }
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
