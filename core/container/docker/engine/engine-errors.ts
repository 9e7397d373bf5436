import { userInfo } from 'node:os'
import { PeerError } from '../../../contract/error.ts'
import type { EngineAddress } from './engine.ts'
import { stopped } from './start-engine.ts'

/** What was asked of the engine when it failed, in words that follow "while": `creating the container x`. */
export interface Asked {
  doing: string
  image?: string
  /** A refusal means that this container cannot be started. */
  container?: string
}

/** In the engine's words, and in those of whatever runs in a build. */
export const DISK_FULL = /no space left on device|disk quota exceeded/i

/** What an engine answers where it does not do it. */
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

/** Whatever a request to the engine was ended by, as a PeerError of errors/docker.ts. */
export function engineError(thrown: unknown, address: EngineAddress, asked: Asked): PeerError {
  if (thrown instanceof PeerError) return thrown as PeerError
  if (thrown instanceof EngineRefusal) return refusal(thrown, asked)
  return connectionError(thrown, address, asked.doing)
}

/** The same for what the engine says in the middle of a stream, after it has answered 200. */
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

/** The engine's words where it could not talk to a registry, of Docker 20.10 to 28 and of Podman. */
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

/** What keeps us from the engine: it is not there, not for us, or not an engine. */
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
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const code = codeOf(thrown)
  if (code.startsWith('HPE_')) return 'What answers there does not speak HTTP: perhaps it wants TLS, or is no engine.'
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
    // A user that the system's list does not have, as in some containers.
    return String(process.getuid?.() ?? 'this user')
  }
}
