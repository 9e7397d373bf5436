import { protocolOf, type DebugProtocol } from '../contract/debugger.ts'
import { PeerError } from '../contract/error.ts'
import type { Language } from '../contract/language.ts'

/** What decides whether a chaincode can be started under a debugger. */
export interface Startable {
  name: string
  language: Language
  /** Shell command that starts it, where that isn't the platform's own. */
  start?: string | undefined
}

/**
 * What its debugger speaks. Node's and Java's are switched on by the environment, whatever starts them; Delve has to
 * start the program itself.
 * @throws PeerError DEBUG_UNAVAILABLE
 */
export function checkDebuggable({ name, language, start }: Startable): DebugProtocol {
  const protocol = protocolOf(language)
  if (protocol === undefined) throw new PeerError('DEBUG_UNAVAILABLE', { name })
  if (protocol === 'delve' && start !== undefined) throw new PeerError('DEBUG_UNAVAILABLE', { name, start })
  return protocol
}
