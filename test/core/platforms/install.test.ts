// @module-tag slow
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { PeerError } from '../../../core/contract/error.ts'
import { readProjects } from '../../../core/platforms/detect.ts'
import { installDependencies } from '../../../core/platforms/platform.ts'
import { eventually } from '../../support/eventually.ts'
import { npmRegistry } from '../../support/npm-registry.ts'
import { folderWith } from './project-files.ts'

const RANGE = { 'fabric-shim': '^1.0.0' }
const json = (more: object = {}) => JSON.stringify({ name: 'assets', version: '1.0.0', dependencies: RANGE, ...more })
const lock = (version: string, dependencies: object = RANGE) =>
  JSON.stringify({
    name: 'assets',
    version: '1.0.0',
    lockfileVersion: 3,
    packages: { '': { name: 'assets', version: '1.0.0', dependencies }, 'node_modules/fabric-shim': { version } },
  })
const yarnLock = `# yarn lockfile v1


fabric-shim@^1.0.0:
  version "1.0.0"
  resolved "https://registry.yarnpkg.com/fabric-shim/-/fabric-shim-1.0.0.tgz"
`

/** A Node chaincode whose registry has the shim in 1.0.0, 1.1.0 and 2.0.0. */
async function chaincode(files: Record<string, string>): Promise<string> {
  const registry = await npmRegistry({ 'fabric-shim': ['1.0.0', '1.1.0', '2.0.0'] })
  return folderWith({ '.npmrc': `registry=${registry}\n`, 'package.json': json(), ...files })
}

async function install(
  folder: string,
  env: Record<string, string> = {},
  signal = new AbortController().signal,
): Promise<string | undefined> {
  const [project] = (await readProjects(folder)).projects
  if (project === undefined) throw new RangeError(`no chaincode in ${folder}`)
  return installDependencies(
    { ...project, env },
    {
      number: 1,
      print: () => undefined,
      note: () => undefined,
      timeoutMs: 120_000,
      signal,
    },
  )
}

const text = (folder: string, file: string) => readFile(path.join(folder, file), 'utf8')
const versionIn = async (folder: string) =>
  (JSON.parse(await text(folder, 'node_modules/fabric-shim/package.json')) as { version: string }).version

async function failure(work: Promise<unknown>): Promise<PeerError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof PeerError)) throw new Error(`no PeerError but ${String(error)}`)
  return error
}

test.each([
  ['npm-shrinkwrap.json', { 'npm-shrinkwrap.json': lock('1.0.0') }],
  [
    'npm-shrinkwrap.json before package-lock.json',
    { 'npm-shrinkwrap.json': lock('1.0.0'), 'package-lock.json': lock('1.1.0') },
  ],
  [
    'package-lock.json before another tool’s',
    { 'package-lock.json': lock('1.0.0'), 'pnpm-lock.yaml': '', 'yarn.lock': '' },
  ],
  [
    'a lock file from before npm 7',
    {
      'package-lock.json': JSON.stringify({
        name: 'assets',
        version: '1.0.0',
        lockfileVersion: 1,
        dependencies: { 'fabric-shim': { version: '1.0.0' } },
      }),
    },
  ],
])('%s is obeyed, and not touched', async (_, files) => {
  const folder = await chaincode(files)
  expect(await install(folder)).toBe('npm ci')
  expect(await versionIn(folder)).toBe('1.0.0')
  expect(await install(folder)).toBeUndefined()
  for (const [name, before] of Object.entries(files)) expect(await text(folder, name)).toBe(before)
})

test('a lock file that npm ci would refuse is brought up to date; one that it takes is not', async () => {
  const folder = await chaincode({ 'npm-shrinkwrap.json': lock('1.1.0') })
  expect(await install(folder)).toBe('npm ci')
  const edit = async (range: string) => {
    await writeFile(path.join(folder, 'package.json'), json({ dependencies: { 'fabric-shim': range } }))
    const soon = new Date(Date.now() + 60_000)
    await utimes(path.join(folder, 'package.json'), soon, soon)
  }
  await edit('^1.1.0')
  expect(await install(folder)).toBe('npm ci')
  expect(await text(folder, 'npm-shrinkwrap.json')).toBe(lock('1.1.0'))
  await edit('^2.0.0')
  expect(await install(folder)).toBe('npm install')
  expect(await versionIn(folder)).toBe('2.0.0')
  expect(await text(folder, 'npm-shrinkwrap.json')).toContain('2.0.0')
})

test('without npm’s own lock file, npm takes the versions of yarn.lock, as on a peer, and writes none', async () => {
  const folder = await chaincode({ 'yarn.lock': yarnLock })
  expect(await install(folder)).toBe('npm install')
  expect(await versionIn(folder)).toBe('1.0.0')
  expect(await install(folder)).toBeUndefined()
  expect(await text(folder, 'yarn.lock')).toBe(yarnLock)
  await expect(text(folder, 'package-lock.json')).rejects.toThrow('ENOENT')
})

test('pnpm’s lock file alone means npm, which takes what is newest, as on a peer', async () => {
  const folder = await chaincode({ 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" })
  expect(await install(folder)).toBe('npm install')
  expect(await versionIn(folder)).toBe('1.1.0')
})

test('a node_modules that pnpm made is left alone, and needs pnpm where something is missing', async () => {
  const folder = await chaincode({
    'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
    'node_modules/.pnpm/fabric-shim/package.json': '{"name":"fabric-shim","version":"1.0.0"}',
  })
  await symlink('.pnpm/fabric-shim', path.join(folder, 'node_modules/fabric-shim'), 'junction')
  await writeFile(path.join(folder, 'node_modules/.modules.yaml'), '')
  expect(await install(folder)).toBeUndefined()
  await rm(path.join(folder, 'node_modules/fabric-shim'))
  const error = await failure(install(folder, { PATH: folder }))
  expect(error.code).toBe('TOOL_MISSING')
  expect(error.details).toMatchObject({ tool: 'pnpm' })
})

test.each([
  ['workspace:*', 'pnpm-lock.yaml', 'pnpm'],
  ['portal:../shared', 'yarn.lock', 'yarn'],
  ['catalog:', 'bun.lock', 'bun'],
])('a dependency on `%s`, which npm refuses, needs the tool of %s', async (range, lockName, tool) => {
  const folder = await chaincode({
    'package.json': json({ dependencies: { ...RANGE, shared: range } }),
    [lockName]: '',
  })
  const error = await failure(install(folder, { PATH: folder }))
  expect(error.code).toBe('TOOL_MISSING')
  expect(error.details).toMatchObject({ tool })
})

test('a member of a workspace is installed at its root, once, by the root’s lock file', async () => {
  const member = { name: 'assets', version: '1.0.0', dependencies: RANGE }
  const root = await chaincode({
    'package.json': JSON.stringify({ name: 'root', version: '1.0.0', workspaces: ['chaincode/*'] }),
    'package-lock.json': JSON.stringify({
      name: 'root',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': { name: 'root', version: '1.0.0', workspaces: ['chaincode/*'] },
        'chaincode/assets': member,
        'node_modules/assets': { resolved: 'chaincode/assets', link: true },
        'node_modules/fabric-shim': { version: '1.0.0' },
      },
    }),
    'chaincode/assets/package.json': JSON.stringify(member),
  })
  const folder = path.join(root, 'chaincode/assets')
  expect(await install(folder)).toBe('npm ci')
  expect(await versionIn(root)).toBe('1.0.0')
  expect(await install(folder)).toBeUndefined()
  // A checkout makes every file new; nothing in them differs.
  const soon = new Date(Date.now() + 60_000)
  for (const file of ['package-lock.json', 'chaincode/assets/package.json'])
    await utimes(path.join(root, file), soon, soon)
  expect(await install(folder)).toBeUndefined()
})

test('an empty node_modules is not an install', async () => {
  const folder = await chaincode({})
  await mkdir(path.join(folder, 'node_modules'))
  expect(await install(folder)).toBe('npm install')
  expect(await versionIn(folder)).toBe('1.1.0')
})

/** Its own script fails as long as it isn't repaired, at the end of what npm does. */
const failing = { scripts: { install: 'node check.js' } }
const CHECK = {
  'check.js':
    "const fs = require('fs'); fs.appendFileSync('ran.log', 'x'); process.exit(fs.existsSync('repaired') ? 0 : 3)",
}

test.each([
  ['npm install', {}],
  ['npm ci', { 'package-lock.json': lock('1.0.0') }],
])('%s that failed is done again at the next launch, whatever it left, and then no more', async (command, files) => {
  const folder = await chaincode({ ...files, ...CHECK, 'package.json': json(failing) })
  for (const runs of ['x', 'xx']) {
    expect((await failure(install(folder))).code).toBe('INSTALL_FAILED')
    // All that would show an install is there.
    await text(folder, 'node_modules/.package-lock.json')
    expect(await versionIn(folder)).toMatch(/^1\./)
    expect(await text(folder, 'ran.log')).toBe(runs)
  }
  await writeFile(path.join(folder, 'repaired'), '')
  expect(await install(folder)).toBe(command)
  expect(await install(folder)).toBeUndefined()
})

test('an install that was ended half way is done again', async () => {
  const folder = await chaincode({
    'package.json': json(failing),
    'check.js': "require('fs').writeFileSync('began', ''); setInterval(() => undefined, 1000)",
  })
  const ended = new AbortController()
  const installing = failure(install(folder, {}, ended.signal))
  await eventually(() => existsSync(path.join(folder, 'began'))).toBe(true)
  ended.abort(new PeerError('ABORTED', { what: 'The install' }))
  expect((await installing).code).toBe('ABORTED')
  await writeFile(path.join(folder, 'check.js'), '')
  expect(await install(folder)).toBe('npm install')
  expect(await install(folder)).toBeUndefined()
})

test.each([
  ['pnpm', 'pnpm-lock.yaml', '.modules.yaml'],
  ['yarn', 'yarn.lock', '.yarn-integrity'],
])('one of %s that failed is done again, although what it left looks complete', async (tool, lockName, mark) => {
  const folder = await chaincode({
    [lockName]: '',
    'node_modules/fabric-shim/package.json': '{"name":"fabric-shim","version":"1.0.0"}',
    [`node_modules/${mark}`]: '',
    [`tools/${tool}`]: `#!/bin/sh\necho "$@" >> ran.log\nexec test -e repaired\n`,
  })
  await chmod(path.join(folder, 'tools', tool), 0o755)
  const PATH = [path.join(folder, 'tools'), process.env['PATH']].join(path.delimiter)
  expect(await install(folder, { PATH })).toBeUndefined()
  // A newer lock file wants an install, which fails.
  const [past, now] = [new Date(Date.now() - 60_000), new Date()]
  await utimes(path.join(folder, 'node_modules', mark), past, past)
  expect((await failure(install(folder, { PATH }))).code).toBe('INSTALL_FAILED')
  await utimes(path.join(folder, 'node_modules', mark), now, now)
  expect((await failure(install(folder, { PATH }))).code).toBe('INSTALL_FAILED')
  await writeFile(path.join(folder, 'repaired'), '')
  expect(await install(folder, { PATH })).toBe(`${tool} install`)
  expect(await install(folder, { PATH })).toBeUndefined()
  expect(await text(folder, 'ran.log')).toBe('install --frozen-lockfile\n'.repeat(3))
})
