import type { Cause } from './cause.ts'
import type { ErrorCode, PeerErrorData } from './error.ts'

/** What Slipway itself can do about an error, for a button. */
export type Remedy =
  /** Build and launch it again. */
  | { kind: 'start-again' }
  /** Install its dependencies from nothing. */
  | { kind: 'reinstall' }
  /** Write into slipway.yaml that it is a server, and where. */
  | { kind: 'set-server'; server: string }

/** Errors of a launch, which another one may not have. */
const OF_LAUNCH = new Set<ErrorCode>([
  'INSTALL_FAILED',
  'BUILD_FAILED',
  'BUILD_TIMEOUT',
  'START_FAILED',
  'CHAINCODE_EXITED',
  'CHAINCODE_STOPPED',
  'STARTUP_TIMEOUT',
  'DIAL_FAILED',
  'TOOL_MISSING',
])

/** As Fabric's samples have it. */
const SERVER = '127.0.0.1:9999'

/** What helps, most likely first. Pure. */
export function remediesOf({ code, details }: Pick<PeerErrorData, 'code' | 'details'>): Remedy[] {
  if (code === 'SERVER_UNSET') return [{ kind: 'set-server', server: SERVER }]
  if (!OF_LAUNCH.has(code)) return []
  const { cause } = details as { cause?: Cause }
  return isMendedByInstall(cause) ? [{ kind: 'reinstall' }, { kind: 'start-again' }] : [{ kind: 'start-again' }]
}

/** Native code of another platform or another Node. `npm install NAME` isn't one: package.json doesn't name it. */
function isMendedByInstall(cause: Cause | undefined): boolean {
  return cause?.kind === 'native' && cause.fix === 'npm rebuild'
}
