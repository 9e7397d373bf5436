import { userInfo } from 'node:os'
import { messageOf } from '../../../contract/error-message.ts'
import { PeerError } from '../../../contract/error.ts'
import type { EngineAddress } from './engine.ts'
import { stopped } from './start-engine.ts'

/** What was asked of the engine when it failed. */
export interface Asked {
  /** In words that follow "while": `creating the container x`. */
  doing: string
  image?: string
  /** A refusal means that this container can't be started. */
  container?: string
}

/** In the words of the engine and of programs that run in a build. */
export const DISK_FULL = /no space left on device|disk quota exceeded/i

/** The engine answered with an error status. */
export class EngineRefusal extends Error {
  override readonly name = 'EngineRefusal'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The connection was lost in the middle of an answer. */
export class BrokenAnswer extends Error {
  override readonly name = 'BrokenAnswer'
}

/** Whatever ended a request to the engine, as a PeerError of errors/docker.ts. */
export function engineError(thrown: unknown, address: EngineAddress, asked: Asked): PeerError {
  if (thrown instanceof PeerError) return thrown as PeerError
  if (thrown instanceof EngineRefusal) return refusal(thrown, asked)
  return connectionError(thrown, address, asked.doing)
}

/** The same for an error that the engine reports inside a stream, after it has answered 200. */
export function refusal(thrown: EngineRefusal, { doing, image, container }: Asked): PeerError {
  const { message, status } = thrown
  const cause = { cause: thrown }
  if (DISK_FULL.test(message)) return new PeerError('DOCKER_DISK_FULL', { doing, message }, cause)
  if (image !== undefined) {
    if (isRegistryTrouble(message)) return new PeerError('REGISTRY_UNREACHABLE', { image, message }, cause)
    if (isImageMissing(message)) return new PeerError('IMAGE_NOT_FOUND', { image, message }, cause)
  }
  if (container !== undefined) return new PeerError('CONTAINER_REFUSED', { name: container, message }, cause)
  return new PeerError('DOCKER_REFUSED', { doing, status, message }, cause)
}

/** Whether the engine refused with one of these statuses. */
export function isRefusal(error: unknown, ...statuses: number[]): boolean {
  const cause = error instanceof PeerError ? error.cause : undefined
  return cause instanceof EngineRefusal && statuses.includes(cause.status)
}

/** Whether there is nothing of that name. Podman 4.3 takes the id of an image that is gone for a malformed name. */
export function isMissing(error: unknown): boolean {
  if (isRefusal(error, 404)) return true
  return isRefusal(error, 500) && String(error).includes('cannot specify 64-byte hexadecimal strings')
}

/** Undefined for what is missing, which is an answer here and not an error. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Matches the words of Docker 20.10 to 28 and of Podman for a registry that they couldn't talk to. */
function isRegistryTrouble(message: string): boolean {
  return /dial tcp|lookup \S+.*no such host|i\/o timeout|TLS handshake timeout|Client\.Timeout|context deadline exceeded|connection (refused|reset)|network is unreachable|proxyconnect|x509: |toomanyrequests|server gave HTTP response|temporary failure in name resolution|: EOF$/i.test(
    message,
  )
}

function isImageMissing(message: string): boolean {
  return /no such image|pull access denied|manifest (for .* )?(not found|unknown)|repository .*not found|not found: (manifest|name) unknown|image not known|unable to find image|invalid reference format/i.test(
    message,
  )
}

/** Why the engine can't be reached: nothing listens there, this user may not connect, or it isn't an engine. */
function connectionError(thrown: unknown, address: EngineAddress, doing: string): PeerError {
  const { host, why } = address
  const cause = { cause: thrown }
  switch (codeOf(thrown)) {
    case 'ENOENT':
    case 'ECONNREFUSED':
    case 'ENOTSOCK':
      return stopped(address, thrown)
    case 'EACCES':
    case 'EPERM':
      return new PeerError('DOCKER_PERMISSION', { host, user: userName() }, cause)
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return new PeerError('DOCKER_LOST', { host, doing }, cause)
  }
  if (thrown instanceof BrokenAnswer) return new PeerError('DOCKER_LOST', { host, doing }, cause)
  return new PeerError('DOCKER_UNREACHABLE', { host, why, reason: reasonOf(thrown) }, cause)
}

function reasonOf(thrown: unknown): string {
  const message = messageOf(thrown)
  const code = codeOf(thrown)
  if (code.startsWith('HPE_')) return 'What answers there does not speak HTTP: it may expect TLS, or not be an engine.'
  return /[.!?]$/.test(message) ? message : `${message}.`
}

function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return ''
  const { code } = thrown as NodeJS.ErrnoException
  return code ?? ''
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // Some containers run as a user who isn't in the system's list.
    return String(process.getuid?.() ?? 'this user')
  }
}
