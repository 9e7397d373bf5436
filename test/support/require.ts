import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, test, type TestContext } from 'vitest'
import { chromiumPath } from './chromium.ts'

/** What a test may need of the machine beyond Node. `couchdb`: SLIPWAY_COUCHDB=http://user:password@host:port. `dockerd`: a Docker engine of its own can be started, which takes root on Linux. */
export type Need = 'couchdb' | 'go' | 'java' | 'docker' | 'dockerd' | 'chromium' | 'electron'

const checks: Record<Need, () => string | undefined> = {
  couchdb: () => (process.env.SLIPWAY_COUCHDB === undefined ? 'SLIPWAY_COUCHDB does not name one' : undefined),
  go: () => absent('go', ['version']),
  java: () => absent('java', ['-version']) ?? absent('mvn', ['-v']),
  docker: () => absent('docker', ['version', '--format', '{{.Server.Version}}']),
  dockerd: () => (isRoot() ? absent('dockerd', ['--version']) : 'only root on Linux can start an engine'),
  chromium: () => (chromiumPath() === undefined ? 'no Chromium found (SLIPWAY_CHROMIUM names one)' : undefined),
  electron: electronAbsent,
}

const known = new Map<Need, string | undefined>()

/** Why this run does without it; undefined where it is available. Looked up once per process. */
export function missing(need: Need): string | undefined {
  if (!known.has(need)) known.set(need, isLeftOut(need) ? 'left out of this run' : checks[need]())
  return known.get(need)
}

/** Whether SLIPWAY_SKIP lists it: then its tests are skipped even where the machine has it. `npm test -- --fast` sets it. */
function isLeftOut(need: Need): boolean {
  return (process.env.SLIPWAY_SKIP ?? '').split(',').includes(need)
}

/** Whether SLIPWAY_REQUIRE lists it: then its tests fail rather than skip. */
function isRequired(need: Need): boolean {
  const required = (process.env.SLIPWAY_REQUIRE ?? '').split(',').map((name) => name.trim())
  // Who requires Docker and can start an engine wants those tests too.
  return required.includes(need) || (need === 'dockerd' && isRoot() && required.includes('docker'))
}

function isRoot(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0
}

/**
 * `describe` and `test` for what needs these of the machine: `needs('go').describe('a Go chaincode', …)`. Where one is
 * absent they are skipped and the reason is printed; where SLIPWAY_REQUIRE lists it, they fail with the reason.
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
        throw new Error(`SLIPWAY_REQUIRE asks for it, but ${words}`)
      })
    }
    return { describe: fail, test: fail }
  }
  const told = (name: string) => process.stderr.write(`skipped: ${name} (${words})\n`)
  return {
    describe(name, body) {
      told(name)
      describe.skip(name, body)
    },
    test(name, body) {
      told(name)
      test.skip(name, body)
    },
  }
}

type Suite = (name: string, body: () => void) => void
type Case = (name: string, body: (context: TestContext) => void | Promise<void>) => void

function absent(program: string, args: string[]): string | undefined {
  try {
    execFileSync(program, args, { stdio: 'pipe', timeout: 60_000 })
    return undefined
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return code === 'ENOENT' ? `${program} is not installed` : `${program} does not answer`
  }
}

/** The npm package names its binary's place; it throws where the binary was never downloaded. Nothing is downloaded here. */
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
    return 'the Electron binary is not downloaded'
  }
}
