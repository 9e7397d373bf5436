import type { EngineAddress } from './engine.ts'

/** How an author starts the engine that does not answer on this address, in words that follow "Start it:". */
export function howToStart({ kind, host }: Pick<EngineAddress, 'kind' | 'host'>): string {
  if (kind === 'tcp' || kind === 'ssh') return 'on the machine it runs on'
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
