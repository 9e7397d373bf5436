import type { Mode, ToolState } from '../../core/contract/state.ts'
import type { Status } from '../parts/status.ts'

/** What the strip says of Docker. In dev mode it is not needed, whatever the machine has. */
export function dockerFact(mode: Mode, docker: ToolState | undefined): Status & { reason?: string | undefined } {
  if (mode === 'dev') return { tone: 'plain', word: 'not needed', reason: whatIsThere(docker) }
  if (docker?.state === 'found') return { tone: 'ready', word: docker.version, reason: docker.path }
  if (docker?.state === 'missing')
    return { tone: 'fail', word: 'missing', reason: `${docker.error.what} ${docker.error.do}` }
  return { tone: 'wait', word: 'checking' }
}

function whatIsThere(docker: ToolState | undefined): string {
  const words = 'Chaincode runs as a plain process in dev mode.'
  if (docker?.state === 'found') return `${words} This machine has Docker ${docker.version}.`
  if (docker?.state === 'missing') return `${words} This machine has no Docker.`
  return words
}
