import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PeerError } from '../../../contract/error.ts'
import { placeOf, type EnginePlace } from './engine-address.ts'

/** Stands for docker's default engine; it has no file. */
export const DEFAULT_CONTEXT = 'default'

/** The part of `contexts/meta/<sha256 of the name>/meta.json` that is read. */
interface ContextMeta {
  Name?: string
  Endpoints?: { docker?: { Host?: string; SkipTLSVerify?: boolean } }
}

/** The context chosen with `docker context use`; undefined without one or, as in docker, if the file can't be read. */
export async function currentContext(configFolder: string): Promise<string | undefined> {
  const config = (await readJson(join(configFolder, 'config.json'))) as { currentContext?: unknown } | undefined
  const name = config?.currentContext
  return typeof name === 'string' && name !== '' ? name : undefined
}

/**
 * The place of a docker context's engine.
 * @throws DOCKER_CONTEXT_UNKNOWN, DOCKER_ADDRESS, DOCKER_UNREACHABLE
 */
export async function contextPlace(
  configFolder: string,
  context: string,
  { namedBy, flags }: { namedBy: string; flags: string[] },
): Promise<EnginePlace> {
  const id = createHash('sha256').update(context).digest('hex')
  const meta = (await readJson(join(configFolder, 'contexts', 'meta', id, 'meta.json'))) as ContextMeta | undefined
  if (meta === undefined) {
    const known = await contextNames(configFolder)
    throw new PeerError('DOCKER_CONTEXT_UNKNOWN', { context, why: namedBy, known })
  }
  const why = `the docker context ${context}`
  const { Host: host = '', SkipTLSVerify: skipVerify = false } = meta.Endpoints?.docker ?? {}
  const folder = join(configFolder, 'contexts', 'tls', id, 'docker')
  const tls = (await exists(folder)) || skipVerify ? { folder, verify: !skipVerify, optional: true } : undefined
  return placeOf(host, { why, flags, tls })
}

async function contextNames(configFolder: string): Promise<string[]> {
  const folder = join(configFolder, 'contexts', 'meta')
  const ids = await readdir(folder).catch(() => [])
  const metas = await Promise.all(ids.map((id) => readJson(join(folder, id, 'meta.json'))))
  return metas.flatMap((meta) => (meta as ContextMeta | undefined)?.Name ?? []).sort()
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown
  } catch {
    // Usually missing. A truncated file isn't anybody's choice.
    return undefined
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
