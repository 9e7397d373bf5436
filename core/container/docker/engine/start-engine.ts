import { PeerError } from '../../../contract/error.ts'
import type { EngineAddress } from './engine.ts'

/** How an author starts the engine at this address, in words that follow "Start it:". */
function howToStart({ kind, host }: Pick<EngineAddress, 'kind' | 'host'>): string {
  if (kind === 'tcp' || kind === 'ssh') return '`sudo systemctl start docker` on that machine'
  const colima = /\/\.colima\/([^/]+)\//.exec(host)?.[1]
  if (colima !== undefined) return colima === 'default' ? '`colima start`' : `\`colima start ${colima}\``
  if (host.includes('/.rd/')) return 'open Rancher Desktop'
  if (host.includes('podman')) {
    if (process.platform !== 'linux') return '`podman machine start`'
    return host.includes('/run/user/')
      ? '`systemctl --user start podman.socket`'
      : '`sudo systemctl start podman.socket`'
  }
  if (/\/\.docker\/(run|desktop)\//.test(host) || process.platform !== 'linux') return 'open Docker Desktop'
  if (host.includes('/run/user/')) return '`systemctl --user start docker`'
  return '`sudo systemctl start docker`'
}

/** The error for an engine that doesn't answer at this address. */
export function stopped(address: EngineAddress, cause?: unknown): PeerError {
  const { host, why } = address
  return new PeerError('DOCKER_STOPPED', { host, why, start: howToStart(address) }, { cause })
}
