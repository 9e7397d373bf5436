import { protocolOf, type DebugProtocol } from '../contract/debugger.ts'
import { PeerError } from '../contract/error.ts'
import type { Language } from '../contract/language.ts'
import type { Mode } from '../contract/mode.ts'

/** What decides whether a chaincode can be started under a debugger. */
export interface Startable {
  name: string
  language: Language
  mode: Mode
  /** Shell command that starts it in dev mode, where that isn't the platform's own. */
  start?: string | undefined
}

/**
 * What its debugger speaks. Node's and Java's are switched on by the environment, whatever starts them; Delve has to
 * start the program itself, which in net mode is always the one that its image has.
 * @throws PeerError DEBUG_UNAVAILABLE
 */
export function checkDebuggable({ name, language, mode, start }: Startable): DebugProtocol {
  const protocol = protocolOf(language)
  if (protocol === undefined) throw new PeerError('DEBUG_UNAVAILABLE', { name })
  if (protocol === 'delve' && mode === 'dev' && start !== undefined)
    throw new PeerError('DEBUG_UNAVAILABLE', { name, start })
  return protocol
}
