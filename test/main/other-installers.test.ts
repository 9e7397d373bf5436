// @module-tag slow
import { cp, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildDoors, started, startSlipway } from '../support/command-line.ts'
import { nodeTools } from '../support/fixtures.ts'
import { npmRegistry } from '../support/npm-registry.ts'
import { tempFolder } from '../support/temp.ts'

beforeAll(buildDoors)

const tools = {
  yarn: { lock: 'yarn.lock', mark: '.yarn-integrity', update: ['install'] },
  pnpm: { lock: 'pnpm-lock.yaml', mark: '.modules.yaml', update: ['install', '--no-frozen-lockfile'] },
}
type Tool = keyof typeof tools

const packageJson = (dependencies: object = {}) =>
  JSON.stringify({ name: 'assets', version: '1.0.0', dependencies: { 'fabric-shim': '^1.0.0', ...dependencies } })

/**
 * A folder whose registry has a shim that does nothing, so that nothing but the install is tried, in `1.0.0` at first;
 * and ways to install it.
 */
async function chaincode(files: Record<string, string> = {}) {
  const versions = ['1.0.0']
  const registry = await npmRegistry({ 'fabric-shim': versions })
  const root = await tempFolder('installed')
  const folder = join(root, 'assets')
  await mkdir(folder)
  const all = { '.npmrc': `registry=${registry}\n`, 'package.json': packageJson(), 'index.js': '', ...files }
  for (const [name, text] of Object.entries(all)) await writeFile(join(folder, name), text)
  const cache = await tempFolder('cache')
  const env = {
    PATH: [await nodeTools(), process.env['PATH']].join(delimiter),
    // Both keep what they have seen of a registry, which may have had the same port.
    YARN_CACHE_FOLDER: cache,
    ...Object.fromEntries(['CACHE', 'DATA', 'STATE', 'CONFIG'].map((name) => [`XDG_${name}_HOME`, cache])),
  }
  return {
    root,
    folder,
    /** The same folder of a colleague, beside it, in which nothing was installed. */
    async colleagues(): Promise<string> {
      const colleague = join(root, 'colleague')
      await mkdir(colleague)
      for (const file of ['.npmrc', 'package.json']) await cp(join(folder, file), join(colleague, file))
      return colleague
    },
    publish: (version: string) => versions.push(version),
    /** As its author does, with the real tool. */
    async installWith(tool: Tool, at = folder): Promise<void> {
      const shell = `cd "$0" && exec ${tool} "$@"`
      const { code, stdout, stderr } = await started('/bin/sh', ['-c', shell, at, ...tools[tool].update], env).ended
      expect([code, stdout, stderr]).toEqual([0, expect.anything(), expect.anything()])
    },
    /** As Slipway does before it starts the chaincode; the marks of the tools that it took. */
    async installHere(): Promise<string[]> {
      const { stdout } = await startSlipway(['evaluate', folder, 'f'], env).ended
      const { error } = JSON.parse(stdout) as { error?: { code: string } }
      // It is no chaincode: what was installed does nothing.
      expect(error?.code).toBe('CHAINCODE_EXITED')
      const left = await readdir(join(folder, 'node_modules'))
      return ['.package-lock.json', '.yarn-integrity', '.modules.yaml'].filter((mark) => left.includes(mark))
    },
    async installed(): Promise<string> {
      const text = await readFile(join(folder, 'node_modules/fabric-shim/package.json'), 'utf8')
      return (JSON.parse(text) as { version: string }).version
    },
  }
}

describe.skipIf(process.platform === 'win32').each(['yarn', 'pnpm'] as const)('with %s itself', (tool) => {
  const { lock, mark } = tools[tool]

  test('what it installed is brought to what a colleague’s lock file says, and not to what is newest', async () => {
    const { folder, colleagues, publish, installWith, installHere, installed } = await chaincode()
    await installWith(tool)
    const colleague = await colleagues()
    publish('1.1.0')
    await installWith(tool, colleague)
    publish('1.2.0')
    expect(await installed()).toBe('1.0.0')

    const past = new Date(Date.now() - 60_000)
    await utimes(join(folder, 'node_modules', mark), past, past)
    const pulled = await readFile(join(colleague, lock), 'utf8')
    await writeFile(join(folder, lock), pulled)
    expect(await installHere()).toEqual([mark])
    expect(await installed()).toBe('1.1.0')
    expect(await readFile(join(folder, lock), 'utf8')).toBe(pulled)
  })

  test('a dependency that npm refuses is installed from nothing, and the others as its lock file says', async () => {
    const { root, folder, colleagues, publish, installWith, installHere, installed } = await chaincode({
      'package.json': packageJson({ shared: 'link:../shared' }),
    })
    await mkdir(join(root, 'shared'))
    await writeFile(join(root, 'shared/package.json'), JSON.stringify({ name: 'shared', version: '3.0.0' }))
    const colleague = await colleagues()
    await installWith(tool, colleague)
    publish('1.1.0')

    await cp(join(colleague, lock), join(folder, lock))
    expect(await installHere()).toEqual([mark])
    expect(await installed()).toBe('1.0.0')
    const shared = await readFile(join(folder, 'node_modules/shared/package.json'), 'utf8')
    expect(JSON.parse(shared)).toMatchObject({ version: '3.0.0' })
  })
})

test.skipIf(process.platform === 'win32')('npm takes the versions of a lock file that yarn itself wrote', async () => {
  const { folder, colleagues, publish, installWith, installHere, installed } = await chaincode()
  const colleague = await colleagues()
  await installWith('yarn', colleague)
  publish('1.1.0')
  await cp(join(colleague, 'yarn.lock'), join(folder, 'yarn.lock'))
  expect(await installHere()).toEqual(['.package-lock.json'])
  expect(await installed()).toBe('1.0.0')
})
