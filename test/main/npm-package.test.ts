// @module-tag slow
import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, realpath, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReadyReport } from '../../main/cli/commands/ready-file.ts'
import { root } from '../../main/root.ts'
import { startSlipway } from '../support/command-line.ts'
import { copyFixture, fixture } from '../support/fixtures.ts'
import { npm, npmPack, plainEnvironment, type Packed } from '../support/npm-package.ts'
import { treeHash } from '../support/packaged-app.ts'
import { removeFolder, tempFolder } from '../support/temp.ts'

const run = promisify(execFile)
const MAX_BYTES = 12_000_000

let work: string
let packed: Packed
/** Where `npm install -g` put it: 200 characters with spaces and letters of many scripts; cmd.exe takes fewer. */
let prefix: string
let installed: string
/** A project of the author's that depends on it. */
let project: string

beforeAll(async () => {
  work = await realpath(await mkdtemp(join(tmpdir(), 'slipway-npm-')))
  packed = await npmPack(work)
  prefix = join(
    work,
    'Ångström Ещё 日本',
    'with spaces '.repeat(8).trim(),
    'x'.repeat(process.platform === 'win32' ? 8 : 80),
  )
  project = join(work, 'project')
  await Promise.all([mkdir(prefix, { recursive: true }), mkdir(project)])
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module' }))
  await npm(['install', '--global', '--prefix', prefix, packed.file], work)
  await npm(['install', packed.file], project)
  installed = join(prefix, process.platform === 'win32' ? '' : 'lib', 'node_modules', 'slipway')
})
afterAll(() => removeFolder(work))

/** The installed command, as a script: a process of Windows can't be a .cmd. */
const script = () => join(installed, 'main/slipway.mjs')

describe('the tarball', () => {
  test('is small, and holds this build, the samples’ sources and nothing else', () => {
    expect(packed.size).toBeLessThan(MAX_BYTES)
    const { files } = packed
    expect(files).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'build/results.schema.json',
        'build/scenario.schema.json',
        'build/slipway.schema.json',
        'dist/cleaner.js',
        'dist/cli.js',
        'dist/index.d.ts',
        'dist/index.js',
        'dist/renderer/index.html',
        'examples/asset-transfer-go/go.mod',
        'examples/asset-transfer-typescript/package-lock.json',
        'main/slipway.mjs',
      ]),
    )
    const ours =
      /^(LICENSE|README\.md|CHANGELOG\.md|package\.json|core\/FIDELITY\.md|build\/(slipway|results|scenario)\.schema\.json)$/
    const places = /^(dist\/[\w-]+\.(c?js|d\.ts)$|dist\/(chunks|renderer)\/|examples\/|main\/slipway\.mjs$)/
    expect(files.filter((file) => !ours.test(file) && !places.test(file))).toEqual([])
    expect(files.filter((file) => /\.map$|node_modules|\.slipway|examples\/[^/]+\/dist\//.test(file))).toEqual([])
  })

  test('has each chunk that its programs load, and no chunk of an older build', async () => {
    const chunks = packed.files.filter((file) => file.startsWith('dist/chunks/'))
    const code = await Promise.all(
      packed.files.filter((file) => /^dist\/[^/]+\.c?js$|^dist\/chunks\//.test(file)).map((file) => readText(file)),
    )
    const loaded = new Set(
      code.flatMap((text) => [...text.matchAll(/"\.\/(?:chunks\/)?([\w.-]+-[\w-]{8}\.js)"/g)].map((m) => m[1])),
    )
    expect(chunks.map((file) => file.slice('dist/chunks/'.length)).sort()).toEqual([...loaded].sort())
  })

  const readText = (file: string) => readFile(join(installed, file), 'utf8')
})

describe('npm install -g', () => {
  test('brings the command, with classic-level as all it needs', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
    const shell = process.platform === 'win32'
    const command = shell ? `"${join(prefix, 'slipway.cmd')}"` : join(prefix, 'bin/slipway')
    const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8', shell, env: plainEnvironment() })
    expect([status, stdout]).toEqual([0, `${version}\n`])
    const { dependencies } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
      dependencies: object
    }
    expect(Object.keys(dependencies)).toEqual(['classic-level'])
  })

  test('submits, serves and tells when it is ready, and writes nothing where it is installed', async () => {
    const before = await treeHash(installed)
    const folder = await fixture('javascript-contract')
    const submit = await startSlipway(['submit', folder, 'Put', 'k', 'v'], {}, script()).ended
    expect([submit.code, JSON.parse(submit.stdout)]).toMatchObject([0, { payload: 'ok', validationCode: 'VALID' }])

    const readyFile = join(await tempFolder('ready'), 'ready.json')
    const running = startSlipway(['run', folder, '--ready-file', readyFile], {}, script())
    await running.says('Ready: javascript-contract')
    const { pid, chaincode } = JSON.parse(await readFile(readyFile, 'utf8')) as ReadyReport
    expect([pid, chaincode]).toEqual([running.child.pid, 'javascript-contract'])
    running.child.kill('SIGTERM')
    await running.ended

    const serve = startSlipway(
      ['serve', folder, '--no-open'],
      { SLIPWAY_SETTINGS: await tempFolder('settings') },
      script(),
    )
    await serve.says('"address"')
    const { address } = JSON.parse(serve.stdout().split('\n')[0] ?? '') as { address: string }
    const welcome = await fetch(address, { redirect: 'manual' })
    const cookie = welcome.headers.get('set-cookie')?.split(';')[0] ?? ''
    const page = await (await fetch(new URL('/', address), { headers: { cookie } })).text()
    const scriptPath = /src="\.?(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? ''
    const pageScript = await fetch(new URL(scriptPath, address), { headers: { cookie } })
    // A body that nobody reads holds its connection open beyond the server's end.
    expect([pageScript.status, (await pageScript.text()).length > 0]).toEqual([200, true])
    serve.child.kill('SIGTERM')
    await serve.ended
    expect(await treeHash(installed)).toBe(before)
  })
})

describe('import … from "slipway"', () => {
  const source = `
    import { apply, PeerError, startPeer, type CallResult, type ErrorCode, type Peer } from 'slipway'
    export async function read(folder: string): Promise<string> {
      const peer: Peer = await startPeer({ dataDir: folder + '/.slipway', chaincode: { executetimeout: 1000 } })
      const { name } = await peer.api.openChaincode({ folder, watch: false })
      const result: CallResult = await peer.api.evaluate({ chaincode: name, function: 'Get', args: ['k'] })
      const { state, unsubscribe } = peer.subscribe((event) => console.log(apply(state, event).channels.mychannel?.height))
      unsubscribe()
      // @ts-expect-error \`chaincode\` is text
      await peer.api.submit({ chaincode: 1, function: 'Get', args: [] })
      await peer.close()
      return result.payload
    }
    export const code = (error: unknown): ErrorCode => PeerError.from(error).code
  `
  const strict = { noEmit: true, strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false }

  test.each([
    ['nodenext', 'nodenext'],
    ['preserve', 'bundler'],
  ])('compiles strictly with module %s, moduleResolution %s', async (module, moduleResolution) => {
    const folder = join(project, moduleResolution)
    await mkdir(folder)
    await writeFile(join(folder, 'read.ts'), source)
    const compilerOptions = { ...strict, module, moduleResolution, target: 'es2022', lib: ['es2022', 'dom'], types: [] }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['read.ts'] }))
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
    expect([status, stdout]).toEqual([0, ''])
  })

  test('its errors have codes', async () => {
    const program = `
      import { PeerError, startPeer } from 'slipway'
      const peer = await startPeer({ dataDir: ${JSON.stringify(await tempFolder('data'))} })
      const error = await peer.api.openChaincode({ folder: '/missing/folder' }).catch((error) => error)
      await peer.close()
      console.log(error instanceof PeerError, error.code)
    `
    const args = ['--input-type=module', '--eval', program]
    const { stdout } = await run(process.execPath, args, { cwd: project, env: plainEnvironment() })
    expect(stdout).toBe('true FOLDER_MISSING\n')
  })
})

describe('the examples of test suites', () => {
  /** An example beside the chaincode that it tests, built already, so that no npm ci is waited for. */
  async function example(name: 'testing-node' | 'testing-vitest'): Promise<string> {
    const folder = join(project, 'examples')
    await cp(join(installed, 'examples', name), join(folder, name), { recursive: true })
    const chaincode = join(folder, 'asset-transfer-typescript')
    if (!existsSync(chaincode)) await copyFixture('asset-transfer-typescript', 'built', chaincode)
    return join(folder, name)
  }

  test('node:test', async () => {
    const cwd = await example('testing-node')
    const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap'], { cwd, env: plainEnvironment() })
    expect(stdout).toMatch(/^# pass 2$[^]*^# fail 0$/m)
  })

  test('Vitest', async () => {
    const cwd = await example('testing-vitest')
    const vitest = join(project, 'node_modules/vitest')
    await symlink(join(root, 'node_modules/vitest'), vitest, 'junction')
    const args = [join(vitest, 'vitest.mjs'), 'run', '--reporter=json']
    // Where it fails, its report says why.
    const report = await run(process.execPath, args, { cwd, env: plainEnvironment() }).catch(
      (failure: unknown) => failure,
    )
    expect(report).toMatchObject({ stdout: expect.stringContaining('"numPassedTests":2,') as string })
  })
})
