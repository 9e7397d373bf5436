import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PeerError } from '../../../contract/error.ts'
import { placeOf, type EnginePlace } from './engine-address.ts'

/** Means docker's own default, and has no file. */
export const DEFAULT_CONTEXT = 'default'

/** Of `contexts/meta/<sha256 of the name>/meta.json`. */
interface ContextMeta {
  Name?: string
  Endpoints?: { docker?: { Host?: string; SkipTLSVerify?: boolean } }
}

/** The context that `docker context use` chose; undefined where none was, or its file cannot be read, as docker itself does. */
export async function currentContext(configFolder: string): Promise<string | undefined> {
  const config = (await readJson(join(configFolder, 'config.json'))) as { currentContext?: unknown } | undefined
  const name = config?.currentContext
  return typeof name === 'string' && name !== '' ? name : undefined
}

/**
 * Where the engine of a docker context is.
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
  const { Host: host = '', SkipTLSVerify: careless = false } = meta.Endpoints?.docker ?? {}
  const folder = join(configFolder, 'contexts', 'tls', id, 'docker')
  const tls = (await exists(folder)) || careless ? { folder, verify: !careless, optional: true } : undefined
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
    // Missing, as a rule. What is torn is no choice that anybody made.
    return undefined
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
