import type { ErrorCode } from '../../core/contract/error.ts'
import type { ToolState } from '../../core/contract/state.ts'
import type { Status } from './status.ts'

/** Why an engine can't be used, short enough for the strip. */
const short: Partial<Record<ErrorCode, string>> = {
  DOCKER_ABSENT: 'not found',
  DOCKER_STOPPED: 'stopped',
  DOCKER_PERMISSION: 'no permission',
  DOCKER_TOO_OLD: 'too old',
  DOCKER_UNREACHABLE: 'unreachable',
  DOCKER_ADDRESS: 'wrong address',
  DOCKER_LOST: 'lost',
  DOCKER_DISK_FULL: 'disk full',
}

/** Docker in a few letters. If the chaincode doesn't need it, that counts, whatever the machine has. */
export function dockerStatus(needed: boolean, docker: ToolState | undefined): Status {
  if (!needed) return { tone: 'plain', word: 'not needed' }
  if (docker?.state === 'found') return { tone: 'ready', word: docker.version }
  if (docker?.state === 'missing') return { tone: 'fail', word: short[docker.error.code] ?? 'not usable' }
  return docker?.state === 'checking' ? { tone: 'info', word: 'checking' } : { tone: 'wait', word: 'not checked' }
}
