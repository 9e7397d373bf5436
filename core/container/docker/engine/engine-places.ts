import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EnginePlace } from './engine-address.ts'

/** Whose engines to look for, and where. */
export interface Surroundings {
  env: NodeJS.ProcessEnv
  /** The user's home folder. */
  home: string
  platform: NodeJS.Platform
  /** The folder that holds the system's own places: `/`. */
  root: string
}

/** Where engines put their sockets, the likeliest first. The sockets may not exist. */
export async function usualPlaces({ env, home, platform, root }: Surroundings): Promise<EnginePlace[]> {
  if (platform === 'win32') {
    return [
      pipe('docker_engine', "docker's default pipe", []),
      pipe('dockerDesktopLinuxEngine', 'the pipe of Docker Desktop'),
      pipe('podman-machine-default', 'the pipe of Podman'),
    ]
  }
  const runtime = env['XDG_RUNTIME_DIR']
  const machines = join(home, '.local/share/containers/podman/machine')
  return [
    socket(join(root, 'var/run/docker.sock'), "docker's default socket", []),
    ...(runtime === undefined ? [] : [socket(join(runtime, 'docker.sock'), 'the socket of rootless Docker')]),
    socket(join(home, '.docker/run/docker.sock'), 'the socket of Docker Desktop'),
    socket(join(home, '.docker/desktop/docker.sock'), 'the socket of Docker Desktop'),
    ...(await inSubfolders(join(home, '.colima'), 'docker.sock', 'the socket of Colima')),
    ...(await inSubfolders(join(home, '.config/colima'), 'docker.sock', 'the socket of Colima')),
    socket(join(home, '.rd/docker.sock'), 'the socket of Rancher Desktop'),
    ...(runtime === undefined ? [] : [socket(join(runtime, 'podman/podman.sock'), 'the socket of Podman')]),
    ...(platform === 'linux' ? [socket(join(root, 'run/podman/podman.sock'), 'the socket of Podman')] : []),
    ...(platform === 'darwin'
      ? [
          socket(join(machines, 'podman.sock'), 'the socket of Podman'),
          ...(await inSubfolders(machines, 'podman.sock', 'the socket of Podman')),
          socket(join(tmpdir(), 'podman/podman-machine-default-api.sock'), 'the socket of Podman'),
        ]
      : []),
  ]
}

function socket(path: string, why: string, flags?: string[]): EnginePlace {
  const host = `unix://${path}`
  return { address: { kind: 'unix', host, why, flags: flags ?? ['-H', host] }, reach: { kind: 'socket', path } }
}

function pipe(name: string, why: string, flags?: string[]): EnginePlace {
  const path = `//./pipe/${name}`
  const host = `npipe://${path}`
  return { address: { kind: 'npipe', host, why, flags: flags ?? ['-H', host] }, reach: { kind: 'socket', path } }
}

/** One for each profile or machine, `default` first. */
async function inSubfolders(folder: string, name: string, why: string): Promise<EnginePlace[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const profiles = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
    .map((entry) => entry.name)
    .sort((a, b) => Number(b === 'default') - Number(a === 'default') || a.localeCompare(b))
  return profiles.map((profile) =>
    socket(join(folder, profile, name), profile === 'default' ? why : `${why} ${profile}`),
  )
}
