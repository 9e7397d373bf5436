import type { Language } from './language.ts'
import type { Mode } from './mode.ts'
import type { Millis } from './time.ts'

/** What an editor has to speak: V8's inspector (Node), the Java Debug Wire Protocol, or Delve's API or DAP (Go). */
export type DebugProtocol = 'inspector' | 'jdwp' | 'delve'

/** Where an editor's debugger connects to a chaincode, and what it does there. */
export interface DebuggerState {
  protocol: DebugProtocol
  /** Of 127.0.0.1. The same for every build, while the chaincode is open. */
  port: number
  /** Editors connected now. */
  clients: number
  /** Where its sources are in its container, if it runs in one and an editor has to know. */
  root?: string
  /** Since when the process stands at a breakpoint. */
  pausedAt?: Millis
}

const protocols: Partial<Record<Language, DebugProtocol>> = { node: 'inspector', java: 'jdwp', golang: 'delve' }

/** undefined: Slipway starts no debugger for that language. Pure. */
export function protocolOf(language: Language): DebugProtocol | undefined {
  return protocols[language]
}

/** Whether Slipway starts it under its debugger in that mode: not as a service in a container. Pure. */
export function debugsIn(
  mode: Mode,
  { language, server }: { language: Language; server?: string | undefined },
): boolean {
  if (protocolOf(language) === undefined) return false
  return mode === 'dev' || server === undefined
}
