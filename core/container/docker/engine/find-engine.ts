import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { PeerError } from '../../../contract/error.ts'
import { findProgram } from '../../../process/find-program.ts'
import { contextPlace, currentContext, DEFAULT_CONTEXT } from './docker-contexts.ts'
import type { EngineFacts } from './engine.ts'
import { placeOf, type EnginePlace } from './engine-address.ts'
import { homeFolder } from '../../../process/home-folder.ts'
import { usualPlaces, type Surroundings } from './engine-places.ts'
import { probeEngine } from './probe-engine.ts'
import { stopped } from './start-engine.ts'

export interface FoundEngine extends EnginePlace {
  facts: EngineFacts
}

/** What decides which engine is used. */
export interface EngineChoice extends Partial<Surroundings> {
  /** `vm.endpoint`: takes precedence over all others. */
  endpoint?: string | undefined
  /** How long an engine may take to answer; the default depends on the kind of connection. */
  deadlineMs?: number | undefined
}

/**
 * The engine that docker itself would use, else the first at a usual place that answers. An engine chosen by the
 * configuration, DOCKER_HOST or a context is never replaced: it is an error if that one doesn't answer.
 * @throws DOCKER_ABSENT, DOCKER_STOPPED, DOCKER_PERMISSION, DOCKER_TOO_OLD, DOCKER_UNREACHABLE, DOCKER_ADDRESS,
 * DOCKER_CONTEXT_UNKNOWN; the signal's reason
 */
export async function findEngine(choice: EngineChoice, signal?: AbortSignal): Promise<FoundEngine> {
  const around: Surroundings = {
    env: choice.env ?? process.env,
    home: choice.home ?? homeFolder(),
    platform: choice.platform ?? process.platform,
    root: choice.root ?? '/',
  }
  const chosen = await chosenPlace(choice.endpoint, around)
  if (chosen !== undefined) return { ...chosen, facts: await probeEngine(chosen, signal, choice.deadlineMs) }
  return firstThatAnswers(await usualPlaces(around), around, signal, choice.deadlineMs)
}

/** Docker's own order: DOCKER_HOST, DOCKER_CONTEXT, the current context. Undefined: none was chosen. */
async function chosenPlace(endpoint: string | undefined, around: Surroundings): Promise<EnginePlace | undefined> {
  const { env, home } = around
  const configFolder = env['DOCKER_CONFIG'] || join(home, '.docker')
  if (endpoint !== undefined && endpoint !== '')
    return placeOf(endpoint, { why: 'vm.endpoint', ...withTls(endpoint, env, configFolder) })
  const host = env['DOCKER_HOST'] ?? ''
  if (host !== '') return placeOf(host, { why: 'DOCKER_HOST', ...withTls(host, env, configFolder) })
  const context = env['DOCKER_CONTEXT'] ?? ''
  if (context === DEFAULT_CONTEXT) return (await usualPlaces(around))[0]
  if (context !== '')
    return contextPlace(configFolder, context, { namedBy: 'DOCKER_CONTEXT', flags: ['--context', context] })
  const current = await currentContext(configFolder)
  if (current === undefined || current === DEFAULT_CONTEXT) return undefined
  return contextPlace(configFolder, current, { namedBy: join(configFolder, 'config.json'), flags: [] })
}

/** The flags that point a person's docker there, and the certificates if the environment asks for TLS. */
function withTls(host: string, env: NodeJS.ProcessEnv, configFolder: string) {
  const verify = (env['DOCKER_TLS_VERIFY'] ?? '') !== ''
  const flags = ['-H', host]
  if (!/^(tcp|http|https):/.test(host) || (!verify && !env['DOCKER_TLS'])) return { flags }
  const folder = env['DOCKER_CERT_PATH'] || configFolder
  const file = (name: string) => join(folder, `${name}.pem`)
  flags.push(
    verify ? '--tlsverify' : '--tls',
    '--tlscacert',
    file('ca'),
    '--tlscert',
    file('cert'),
    '--tlskey',
    file('key'),
  )
  return { flags, tls: { folder, verify, optional: !verify } }
}

async function firstThatAnswers(
  places: EnginePlace[],
  around: Surroundings,
  signal?: AbortSignal,
  deadlineMs?: number,
): Promise<FoundEngine> {
  const enough = new AbortController()
  const ends = signal === undefined ? enough.signal : AbortSignal.any([signal, enough.signal])
  // All at once, and yet the first in order: one that hangs delays only those after it.
  const probes = places.map((place) =>
    probeEngine(place, ends, deadlineMs).then(
      (facts) => ({ place, facts }),
      (error: unknown) => ({ place, error: PeerError.from(error) }),
    ),
  )
  const failures: { place: EnginePlace; error: PeerError }[] = []
  try {
    for (const probe of probes) {
      const answer = await probe
      signal?.throwIfAborted()
      if ('facts' in answer) return { ...answer.place, facts: answer.facts }
      failures.push(answer)
    }
  } finally {
    enough.abort()
  }
  throw await bestReason(failures, around)
}

/** A socket that exists, but may not be used or is dead, is a better reason than the many that don't exist. */
async function bestReason(
  failures: { place: EnginePlace; error: PeerError }[],
  around: Surroundings,
): Promise<PeerError> {
  const present = failures.filter(({ error }) => !isMissing(error))
  const order = ['DOCKER_PERMISSION', 'DOCKER_TOO_OLD', 'DOCKER_UNREACHABLE', 'DOCKER_STOPPED']
  const [best] = present.sort((a, b) => order.indexOf(a.error.code) - order.indexOf(b.error.code))
  if (best !== undefined) return best.error
  const first = failures[0]?.place.address
  if (first !== undefined && (await isInstalled(around))) return stopped(first)
  return new PeerError('DOCKER_ABSENT', { looked: failures.map(({ place }) => place.address.host) })
}

function isMissing({ cause }: PeerError): boolean {
  return cause instanceof Error && (cause as NodeJS.ErrnoException).code === 'ENOENT'
}

/**
 * Whether an engine is installed, though not running. The docker program proves nothing: it may be for remote engines.
 */
async function isInstalled({ env, platform }: Surroundings): Promise<boolean> {
  if (platform === 'linux') {
    const path = [env['PATH'] ?? '', ...(env['PATH'] ? ['/usr/sbin', '/sbin'] : [])].join(delimiter)
    return (await findProgram('dockerd', { ...env, PATH: path })) !== undefined
  }
  const desktop =
    platform === 'darwin'
      ? '/Applications/Docker.app'
      : join(env['ProgramFiles'] ?? 'C:\\Program Files', 'Docker\\Docker\\Docker Desktop.exe')
  return access(desktop).then(
    () => true,
    () => false,
  )
}
