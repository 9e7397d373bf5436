import type { Cause } from './cause.ts'
import { dialledPort } from './connection-words.ts'
import type { ErrorCode, PeerErrorData } from './error.ts'

/** What Slipway itself can do about an error, for a button. */
export type Remedy =
  /** Build and launch it again. */
  | { kind: 'start-again' }
  /** Install its dependencies from nothing. */
  | { kind: 'reinstall' }
  /** Listen where the chaincode dials, and launch it again. */
  | { kind: 'use-port'; port: number }
  /** Write into slipway.yaml that it is a server, and where. */
  | { kind: 'set-server'; server: string }

/** Errors of a launch, which another one may not have. */
const OF_LAUNCH = new Set<ErrorCode>([
  'INSTALL_FAILED',
  'BUILD_FAILED',
  'BUILD_TIMEOUT',
  'START_FAILED',
  'DEBUG_FAILED',
  'CHAINCODE_EXITED',
  'CHAINCODE_STOPPED',
  'STARTUP_TIMEOUT',
  'DIAL_FAILED',
  'TOOL_MISSING',
])

/** As Fabric's samples have it. */
const SERVER = '127.0.0.1:9999'

/** Ports that anybody may listen on. */
export const FIRST_PORT = 1024
export const LAST_PORT = 65_535

/** What helps, most likely first. Pure. */
export function remediesOf({ code, details }: Pick<PeerErrorData, 'code' | 'details'>): Remedy[] {
  if (code === 'SERVER_UNSET') return [{ kind: 'set-server', server: SERVER }]
  if (!OF_LAUNCH.has(code)) return []
  const { cause, address, inContainer, nothingConnected } = details as LaunchDetails
  const port = inContainer === true || nothingConnected === true ? undefined : dialledPort(cause, address)
  if (port !== undefined && port >= FIRST_PORT && port <= LAST_PORT) {
    return [{ kind: 'use-port', port }, { kind: 'start-again' }]
  }
  return isMendedByInstall(cause) ? [{ kind: 'reinstall' }, { kind: 'start-again' }] : [{ kind: 'start-again' }]
}

interface LaunchDetails {
  cause?: Cause
  /** Where it was to connect. */
  address?: string
  inContainer?: boolean
  nothingConnected?: boolean
}

/** Native code of another platform or another Node. `npm install NAME` isn't one: package.json doesn't name it. */
function isMendedByInstall(cause: Cause | undefined): boolean {
  return cause?.kind === 'native' && cause.fix === 'npm rebuild'
}
