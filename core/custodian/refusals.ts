import { canonicalName, type CCContext } from '../ccprovider/cc-context.ts'
import { protocolOf } from '../contract/debugger.ts'
import { PeerError } from '../contract/error.ts'
import type { Project } from '../project/project.ts'

export function notRunning(cc: CCContext): PeerError {
  return new PeerError('NOT_RUNNING', { canonicalName: canonicalName(cc) })
}

/** @throws PeerError DEBUG_UNAVAILABLE */
export function checkDebuggable({ name, language }: Pick<Project, 'name' | 'language'>): void {
  if (protocolOf(language) === undefined) throw new PeerError('DEBUG_UNAVAILABLE', { name })
}
