// @module-tag slow
import { delimiter } from 'node:path'
import { afterAll, beforeAll, describe, vi } from 'vitest'
import { nodeTools } from '../support/fixtures.ts'
import { fails, type Failing } from './causes.ts'

beforeAll(async () => {
  vi.stubEnv('PATH', [await nodeTools(), process.env.PATH].join(delimiter))
})
afterAll(() => {
  vi.unstubAllEnvs()
})

/** It has a dependency that npm can't install, so the tool whose lock file is there does. */
const packageJson = ({ dependencies = {}, ...more }: { dependencies?: object; [key: string]: object }) =>
  JSON.stringify({
    name: 'own',
    version: '1.0.0',
    license: 'MIT',
    main: 'index.js',
    scripts: { start: 'fabric-chaincode-node start' },
    ...more,
    dependencies: { 'fabric-shim': 'link:./shim', ...dependencies },
  })

const LOCKS = {
  yarn: {
    'yarn.lock': `# yarn lockfile v1


"fabric-shim@link:./shim":
  version "0.0.0"
  uid ""

nope@1.0.0:
  version "1.0.0"
  resolved "http://127.0.0.1:9/nope/-/nope-1.0.0.tgz#0000000000000000000000000000000000000000"
`,
    '.yarnrc': 'network-timeout 1000\ncache-folder ".cache"\n',
  },
  pnpm: {
    'pnpm-lock.yaml': `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      fabric-shim:
        specifier: link:./shim
        version: link:shim
      nope:
        specifier: 1.0.0
        version: 1.0.0

packages:

  nope@1.0.0:
    resolution: {integrity: sha512-${'A'.repeat(86)}==}

snapshots:

  nope@1.0.0: {}
`,
    '.npmrc': 'registry=http://127.0.0.1:9/\nfetch-retries=0\nengine-strict=true\nstore-dir=.cache\n',
  },
}
const WITHOUT_NOPE = {
  yarn: { 'yarn.lock': '# yarn lockfile v1\n\n\n"fabric-shim@link:./shim":\n  version "0.0.0"\n  uid ""\n' },
  pnpm: {
    'pnpm-lock.yaml': `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      fabric-shim:
        specifier: link:./shim
        version: link:shim
`,
  },
}

const nope = { dependencies: { nope: '1.0.0' } }
const preinstall = { scripts: { preinstall: `node -e "console.error('native build broke');process.exit(3)"` } }

const messages = {
  yarn: {
    network: 'Error: connect ECONNREFUSED 127.0.0.1:9',
    stale: /^Your lockfile needs to be updated/,
    engine: /^own@1\.0\.0: The engine "node" is incompatible with this module\. Expected version ">=99"/,
    script: 'Command "nonsuch" not found.',
  },
  pnpm: {
    network: /^request to http:\/\/127\.0\.0\.1:9\/nope\/.* failed, reason: .*ECONNREFUSED/,
    stale: /^Cannot install with "frozen-lockfile" because pnpm-lock\.yaml is not up to date/,
    engine: /^Your Node version is incompatible with /,
    script: 'Missing script: nonsuch',
  },
}

describe.each(['yarn', 'pnpm'] as const)('%s', (tool) => {
  const said = messages[tool]
  const install = (json: Parameters<typeof packageJson>[0], more: object, cause: Failing['cause']): Failing => ({
    fixture: 'javascript-contract',
    readiness: 'bare',
    files: {
      'package-lock.json': undefined,
      'package.json': packageJson(json),
      'shim/package.json': '{"name":"fabric-shim","version":"2.5.8"}',
      ...LOCKS[tool],
      ...more,
    },
    code: 'INSTALL_FAILED',
    cause,
  })
  fails('without its registry', install(nope, {}, { kind: 'network', message: said.network }))
  fails(
    'with a lock file that lacks a dependency',
    install(nope, WITHOUT_NOPE[tool], { kind: 'dependencies', fix: `${tool} install`, message: said.stale }),
  )
  fails(
    'for another Node',
    install({ engines: { node: '>=99' } }, WITHOUT_NOPE[tool], { kind: 'version', message: said.engine }),
  )
  fails(
    'with an install script that fails',
    install(preinstall, WITHOUT_NOPE[tool], { kind: 'thrown', message: 'native build broke' }),
  )

  const build = (command: string, files: Failing['files'], cause: Failing['cause']): Failing => ({
    fixture: 'asset-transfer-typescript',
    readiness: 'built',
    files: { 'slipway.yaml': `build: ${tool} run ${command}\n`, ...files },
    code: 'BUILD_FAILED',
    cause,
  })
  fails(
    'that builds, with a script that doesn’t exist',
    build('nonsuch', {}, { kind: 'command', message: said.script }),
  )
  const size = 'return (await ctx.stub.getState(id)).size > 0'
  const source = 'src/asset-transfer.ts'
  fails(
    'that builds what doesn’t compile',
    build(
      'build',
      { [source]: (before) => before.replace('return (await ctx.stub.getState(id)).length > 0', size) },
      { file: source, line: size, kind: 'compile', code: 'TS2339', message: /^Property 'size' does not exist on type/ },
    ),
  )
})
