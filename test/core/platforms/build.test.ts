// @module-tag slow
import { access, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { PeerError } from '../../../core/contract/error.ts'
import { readProjects } from '../../../core/platforms/detect.ts'
import { diagnosticsOf } from '../../../core/platforms/diagnostics.ts'
import { buildProject, installDependencies } from '../../../core/platforms/platform.ts'
import type { Project } from '../../../core/project/project.ts'
import type { BuildRun } from '../../../core/platforms/run-tool.ts'
import { fixture } from '../../support/fixtures.ts'
import { needs } from '../../support/require.ts'
import { tempFolder } from '../../support/temp.ts'

function newRun(changes: Partial<BuildRun> = {}) {
  const lines: string[] = []
  const notes: string[] = []
  const run: BuildRun = {
    number: 1,
    print: (line) => lines.push(line.text),
    note: (words) => notes.push(words),
    timeoutMs: 120_000,
    signal: new AbortController().signal,
    ...changes,
  }
  return { run, lines, notes }
}

async function only(folder: string): Promise<Project> {
  const [project] = (await readProjects(folder)).projects
  if (project === undefined) throw new Error(`no chaincode in ${folder}`)
  return project
}

async function failure(work: Promise<unknown>): Promise<PeerError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof PeerError)) throw new Error(`no PeerError but ${String(error)}`)
  return error
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  )

/** A chaincode whose build is any command: what is tested is how a build is run, not what it makes. */
async function withBuild(build: string): Promise<Project> {
  const folder = await tempFolder('build')
  await writeFile(path.join(folder, 'package.json'), '{"name":"probe","dependencies":{"fabric-shim":"2"}}')
  return { ...(await only(folder)), build }
}
const script = (code: string) => `"${process.execPath}" -e ${JSON.stringify(code)}`

describe('a build', () => {
  test('that fails tells command, exit and last lines', async () => {
    const { run, lines } = newRun()
    const error = await failure(buildProject(await withBuild('echo compiling && echo broken >&2 && exit 3'), run))
    expect(error.code).toBe('BUILD_FAILED')
    expect(error.details).toMatchObject({ output: expect.arrayContaining(['compiling', 'broken']) as unknown })
    expect(error.details).toMatchObject({ words: expect.stringMatching(/^exited with code 3 after/) as unknown })
    expect(lines.toSorted()).toEqual(['broken', 'compiling'])
  })

  test('that hangs is stopped at its deadline, with all it started', async () => {
    const project = await withBuild(
      script(
        `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e3)'], { stdio: 'inherit' }); setInterval(() => {}, 1e3)`,
      ),
    )
    expect((await failure(buildProject(project, newRun({ timeoutMs: 300 }).run))).code).toBe('BUILD_TIMEOUT')
  })

  test('that is aborted ends with the reason, and starts nothing when aborted before', async () => {
    const project = await withBuild(script(`console.log('begun'); setInterval(() => {}, 1e3)`))
    const controller = new AbortController()
    const reason = new PeerError('ABORTED', { what: 'Build 1' })
    const { run, lines } = newRun({ signal: controller.signal })
    const building = failure(buildProject(project, run))
    while (!lines.includes('begun')) await sleep(5)
    controller.abort(reason)
    expect(await building).toBe(reason)
    const late = newRun({ signal: controller.signal })
    expect(await failure(buildProject(project, late.run))).toBe(reason)
    expect(late.lines).toEqual([])
  })

  test('that prints 100 MB passes line by line', async () => {
    const project = await withBuild(
      script(
        `const line = 'z'.repeat(99) + '\\n'; const block = line.repeat(1000); let n = 0; const write = () => { while (n++ < 1000) if (!process.stdout.write(block)) return process.stdout.once('drain', write) }; write()`,
      ),
    )
    let count = 0
    const before = process.memoryUsage().rss
    await buildProject(project, newRun({ print: () => count++ }).run)
    expect(count).toBe(1_000_000)
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024)
  })

  test('whose toolchain is missing says which', async () => {
    const folder = await tempFolder('build')
    await writeFile(
      path.join(folder, 'go.mod'),
      'module x\nrequire github.com/hyperledger/fabric-chaincode-go v0.0.0\n',
    )
    const project = { ...(await only(folder)), env: { PATH: folder } }
    const error = await failure(buildProject(project, newRun().run))
    expect(error.code).toBe('TOOL_MISSING')
    expect(error.details).toMatchObject({ tool: 'Go' })
  })
})

describe('JavaScript', () => {
  test('needs no build, and starts without npm', async () => {
    const { run, notes } = newRun()
    const contract = await buildProject(await only(await fixture('javascript-contract')), run)
    expect(contract.argv.slice(0, 1)).toEqual(['node'])
    expect(contract.argv.at(-1)).toBe('start')
    expect(contract.warm).toMatchObject({ shim: expect.stringMatching(/fabric-shim$/) as unknown })
    const shim = await buildProject(await only(await fixture('javascript-shim')), run)
    expect(shim.argv).toEqual(['node', path.join(shim.project.folder, 'probe.js')])
    expect(notes).toEqual([])
  })

  test.each([
    ['set -x && fabric-chaincode-node start', true],
    ['fabric-chaincode-node start --grpc.keepalive_time_ms 5000', true],
    ['npm run build && fabric-chaincode-node start', false],
    ['node --inspect index.js', false],
    ['LOG=1 node index.js', false],
    ['ts-node src/index.ts', false],
  ])('the start script `%s` is warm: %s', async (start, warm) => {
    const folder = await fixture('javascript-contract')
    const json = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as object
    await writeFile(path.join(folder, 'package.json'), JSON.stringify({ ...json, scripts: { start } }))
    const built = await buildProject(await only(folder), newRun().run)
    expect(built.argv[0]).toBe(warm ? 'node' : 'npm')
    expect(Object.keys(built.warm ?? {})).toEqual([warm ? 'shim' : 'reason'])
  })

  test('an own start command, and a debugger, are started cold', async () => {
    const project = await only(await fixture('javascript-contract'))
    const own = await buildProject({ ...project, start: './run.sh' }, newRun().run)
    expect(own.argv).toContain(process.platform === 'win32' ? './run.sh' : './run.sh "$@"')
    const debugged = await buildProject({ ...project, env: { NODE_OPTIONS: '--inspect' } }, newRun().run)
    expect([own, debugged].map((built) => Object.keys(built.warm ?? {}))).toEqual([['reason'], ['reason']])
  })
})

describe('installDependencies', () => {
  test('installs what is missing, once, and again when the lock file says something else', async () => {
    const folder = await fixture('javascript-shim', 'bare')
    const project = await only(folder)
    const { run, notes } = newRun()
    expect(await installDependencies(project, run)).toBe('npm ci')
    expect(await exists(path.join(folder, 'node_modules/fabric-shim/package.json'))).toBe(true)
    expect(await installDependencies(project, run)).toBeUndefined()
    // A checkout makes every file new; nothing in them differs.
    const soon = new Date(Date.now() + 60_000)
    for (const file of ['package.json', 'package-lock.json']) await utimes(path.join(folder, file), soon, soon)
    expect(await installDependencies(project, run)).toBeUndefined()
    await rm(path.join(folder, 'node_modules'), { recursive: true })
    await mkdir(path.join(folder, 'node_modules'))
    expect(await installDependencies(project, run)).toBe('npm ci')
    expect(notes).toEqual(['npm ci', 'npm ci'])
  })

  test('leaves no lock file where the author keeps none', async () => {
    const folder = await tempFolder('install')
    await writeFile(path.join(folder, 'package.json'), '{"name":"probe","dependencies":{"fabric-shim":"file:./shim"}}')
    await mkdir(path.join(folder, 'shim'))
    await writeFile(path.join(folder, 'shim/package.json'), '{"name":"fabric-shim","version":"2.5.8"}')
    const project = await only(folder)
    expect(await installDependencies(project, newRun().run)).toBe('npm install')
    expect(await exists(path.join(folder, 'package-lock.json'))).toBe(false)
    expect(await installDependencies(project, newRun().run)).toBeUndefined()
  })

  test('that fails says INSTALL_FAILED', async () => {
    const folder = await tempFolder('install')
    await writeFile(
      path.join(folder, 'package.json'),
      '{"name":"probe","dependencies":{"fabric-shim":"file:./nowhere.tgz"}}',
    )
    expect((await failure(installDependencies(await only(folder), newRun().run))).code).toBe('INSTALL_FAILED')
  })
})

describe('TypeScript', () => {
  test('is built by its own script; an error is found in tsc’s output', async () => {
    const folder = await fixture('asset-transfer-typescript')
    const project = await only(folder)
    const { run, notes } = newRun()
    const built = await buildProject(project, run)
    expect(await exists(path.join(folder, 'dist'))).toBe(true)
    expect(notes).toHaveLength(1)
    expect(built.argv[0]).toBe('node')

    await writeFile(
      path.join(folder, 'src/mistake.ts'),
      `export const n: number = 1\n\nexport const m: number = 'two'\n`,
    )
    const error = await failure(buildProject(project, newRun({ number: 2 }).run))
    expect(error.code).toBe('BUILD_FAILED')
    expect(diagnosticsOf(error, folder)).toEqual([
      expect.objectContaining({ file: 'src/mistake.ts', line: 3, column: 14, severity: 'error', code: 'TS2322' }),
    ])
  })
})

needs('go').describe('Go', () => {
  test('is built into a file of its own; older ones go, the serving one stays', async () => {
    const folder = await fixture('asset-transfer-go')
    const project = await only(folder)
    const built = []
    for (const number of [1, 2, 3]) {
      built.push(await buildProject(project, newRun({ number, serving: 1 }).run))
    }
    const suffix = process.platform === 'win32' ? '.exe' : ''
    expect(built.map(({ argv }) => path.basename(argv[0] ?? ''))).toEqual(
      [1, 2, 3].map((n) => `${project.name}-${n}${suffix}`),
    )
    expect((await readdir(path.join(folder, '.slipway/build'))).sort()).toEqual(
      [1, 3].map((n) => `${project.name}-${n}${suffix}`),
    )

    await writeFile(
      path.join(folder, 'mistake.go'),
      'package main\n\nfunc mistake() int {\n\treturn undefinedName\n}\n',
    )
    const error = await failure(buildProject(project, newRun({ number: 4, serving: 3 }).run))
    expect(error.code).toBe('BUILD_FAILED')
    expect(error.details).toMatchObject({
      cause: { file: 'mistake.go', line: 4, column: 9, message: 'undefined: undefinedName', kind: 'compile' },
    })
    expect(diagnosticsOf(error, folder)).toEqual([
      { file: 'mistake.go', line: 4, column: 9, severity: 'error', message: 'undefined: undefinedName' },
    ])
    expect(await exists(built[2]?.argv[0] ?? '')).toBe(true)
  })
})

needs('java').describe('Java', () => {
  test('is built by Maven; the jar that runs is never overwritten', async () => {
    const folder = await fixture('java-contract')
    const project = await only(folder)
    const built = await buildProject(project, newRun({ number: 7 }).run)
    const jar = path.join(folder, '.slipway/build', `${project.name}-7.jar`)
    expect(built.argv).toEqual(['java', '-jar', jar])
    expect(await exists(jar)).toBe(true)

    const main = path.join(folder, 'src/main/java')
    const [file = ''] = (await readdir(main, { recursive: true })).filter((name) => name.endsWith('.java'))
    const text = await readFile(path.join(main, file), 'utf8')
    await writeFile(path.join(main, file), text.replace(/\{/, '{\n    int mistake = "text";'))
    const error = await failure(buildProject(project, newRun({ number: 8, serving: 7 }).run))
    expect(error.code).toBe('BUILD_FAILED')
    expect(diagnosticsOf(error, folder)[0]).toMatchObject({ file: `src/main/java/${file}`, severity: 'error' })
    expect(await exists(jar)).toBe(true)
  }, 300_000)
})
