import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, test, type TestContext } from 'vitest'
import { chromiumPath } from './chromium.ts'

/**
 * What a test may need besides Node. `couchdb`: SLIPWAY_COUCHDB=http://user:password@host:port. `dockerd`: starting a
 * Docker engine of its own, which takes root on Linux. `mounts`: file systems of a test's own, which only its commands see
 * (inMounts of command-line.ts); `fuse`: one that a test serves itself. `userns`: running as somebody else (STRANGER).
 * `podman`: SLIPWAY_PODMAN names its socket. `installed`: SLIPWAY_INSTALLED and SLIPWAY_LAUNCHER name an installed program
 * and its `slipway`. `peer`: PEER_BIN names Fabric's peer program.
 */
export type Need =
  | 'couchdb'
  | 'go'
  | 'java'
  | 'gradle'
  | 'docker'
  | 'dockerd'
  | 'podman'
  | 'chromium'
  | 'electron'
  | 'installed'
  | 'mounts'
  | 'fuse'
  | 'userns'
  | 'peer'

const checks: Record<Need, () => string | undefined> = {
  couchdb: () => (process.env.SLIPWAY_COUCHDB === undefined ? 'SLIPWAY_COUCHDB is not set' : undefined),
  go: () => absent('go', ['version']),
  java: () => absent('java', ['-version']) ?? absent('mvn', ['-v']),
  gradle: () => absent('gradle', ['--version']),
  docker: () => absent('docker', ['version', '--format', '{{.Server.Version}}']),
  podman: () => podmanAbsent(process.env.SLIPWAY_PODMAN),
  dockerd: () => (isRoot() ? absent('dockerd', ['--version']) : 'only root on Linux can start an engine'),
  chromium: () => (chromiumPath() === undefined ? 'no Chromium found (SLIPWAY_CHROMIUM names one)' : undefined),
  electron: electronAbsent,
  mounts: () => absent('unshare', [UNSHARE, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']),
  fuse: () => absent('unshare', [UNSHARE, '/bin/sh', '-c', deadDrive('/mnt')]),
  userns: () => absent('unshare', [...STRANGER, 'true']),
  peer: () => absent(process.env.PEER_BIN ?? 'peer', ['version']),
  installed: () => (process.env.SLIPWAY_INSTALLED === undefined ? 'SLIPWAY_INSTALLED is not set' : undefined),
}

/**
 * Shell commands that make a folder a drive that is gone, for as long as their shell lives: who asks for anything there
 * waits. The descriptor 9 must not be inherited by what is tested.
 */
export function deadDrive(folder: string): string {
  const options = 'fd=9,rootmode=40000,user_id=0,group_id=0'
  return `exec 9<>/dev/fuse && mount -i -t fuse -o ${options} dead "${folder}"`
}

/** Arguments of unshare for a user whom the system doesn't know, and who may do what this one may with files. */
export const STRANGER = ['--user', '--map-user=54321']

/** Flags of unshare for mounts that only its command sees; whoever isn't root is root of a namespace. */
export const UNSHARE = process.getuid?.() === 0 ? '-m' : '-rm'

const known = new Map<Need, string | undefined>()

/** Why it isn't available to this run; undefined if it is. Looked up once per process. */
export function missing(need: Need): string | undefined {
  if (!known.has(need)) known.set(need, isLeftOut(need) ? 'left out of this run' : checks[need]())
  return known.get(need)
}

/** Whether SLIPWAY_SKIP lists it: its tests are then skipped even if the machine has it, as in `npm test -- --fast`. */
function isLeftOut(need: Need): boolean {
  return (process.env.SLIPWAY_SKIP ?? '').split(',').includes(need)
}

/** Whether SLIPWAY_REQUIRE lists it: its tests then fail instead of being skipped. */
function isRequired(need: Need): boolean {
  const required = (process.env.SLIPWAY_REQUIRE ?? '').split(',').map((name) => name.trim())
  // Requiring Docker includes the tests that start an engine, if this user can.
  return required.includes(need) || (need === 'dockerd' && isRoot() && required.includes('docker'))
}

function isRoot(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0
}

/**
 * `describe` and `test` for tests with these needs: `needs('go').describe('a Go chaincode', …)`. If one is missing, they
 * are skipped and the reason is printed; if SLIPWAY_REQUIRE lists it, they fail with the reason.
 */
export function needs(...wanted: Need[]): { describe: Suite; test: Case } {
  const lacking = wanted.flatMap((need) => {
    const reason = missing(need)
    return reason === undefined ? [] : [{ need, reason }]
  })
  if (lacking.length === 0) return { describe, test }
  const words = lacking.map(({ need, reason }) => `${need}: ${reason}`).join('; ')
  if (lacking.some(({ need }) => isRequired(need))) {
    const fail: Case = (name) => {
      test(name, () => {
        throw new Error(`SLIPWAY_REQUIRE lists it, but ${words}`)
      })
    }
    return { describe: fail, test: fail }
  }
  const report = (name: string) => process.stderr.write(`skipped: ${name} (${words})\n`)
  return {
    describe(name, body) {
      report(name)
      describe.skip(name, body)
    },
    test(name, body) {
      report(name)
      test.skip(name, body)
    },
  }
}

type Suite = (name: string, body: () => void) => void
type Case = (name: string, body: (context: TestContext) => void | Promise<void>) => void

function podmanAbsent(host: string | undefined): string | undefined {
  if (host === undefined) return 'SLIPWAY_PODMAN is not set'
  return absent('docker', ['-H', host, 'version', '--format', '{{.Server.Version}}'])
}

function absent(program: string, args: string[]): string | undefined {
  try {
    execFileSync(program, args, { stdio: 'pipe', timeout: 60_000 })
    return undefined
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return code === 'ENOENT' ? `${program} is not installed` : `${program} does not answer`
  }
}

/** Looks for the binary at the path that the npm package or the override names. Downloads nothing. */
function electronAbsent(): string | undefined {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  try {
    const folder = createRequire(import.meta.url)
      .resolve('electron/package.json')
      .replace(/package\.json$/, '')
    const program =
      process.platform === 'win32'
        ? 'electron.exe'
        : process.platform === 'darwin'
          ? 'Electron.app/Contents/MacOS/Electron'
          : 'electron'
    accessSync(`${override ?? `${folder}dist`}/${program}`, constants.X_OK)
    return undefined
  } catch {
    return 'Electron is not downloaded'
  }
}
