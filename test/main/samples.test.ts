import { chmod, cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { root } from '../../main/root.ts'
import { sampleFolder, type Installation } from '../../main/host/samples.ts'
import { codeOf } from '../scenario/author.ts'
import { tempFolder } from '../support/temp.ts'

const SAMPLE = 'asset-transfer-typescript'
let settings = ''

beforeEach(async () => {
  settings = await tempFolder('settings')
  vi.stubEnv('SLIPWAY_SETTINGS', settings)
  onTestFinished(() => void vi.unstubAllEnvs())
})

/** As Electron's package lies: the samples beside the archive. */
async function electronPackage(): Promise<Installation & { examples: string }> {
  const resources = join(await tempFolder('installed'), 'Slip way ünd so', 'resources')
  const examples = join(resources, 'examples')
  await mkdir(join(resources, 'app.asar'), { recursive: true })
  await copyExamples(examples)
  return { root: join(resources, 'app.asar'), resources, examples }
}

/** As npm lays it, run by Node, or by an Electron that has resources of its own. */
async function npmPackage(): Promise<Installation & { examples: string }> {
  const root = join(await tempFolder('installed'), 'node_modules', 'slipway')
  const examples = join(root, 'examples')
  await copyExamples(examples)
  return { root, resources: undefined, examples }
}

async function copyExamples(to: string): Promise<void> {
  const filter = (path: string) => !/node_modules|\.slipway|[\\/]dist/.test(path)
  await cp(join(root, 'examples', SAMPLE), join(to, SAMPLE), { recursive: true, filter })
  await mkdir(join(to, SAMPLE, 'node_modules'), { recursive: true })
  await writeFile(join(to, SAMPLE, 'package.json'), '{"name":"read-only"}')
  await chmod(join(to, SAMPLE, 'package.json'), 0o444)
}

async function filesOf(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((name) => !name.startsWith('node_modules')).sort()
}

test('a clone opens its own sample', async () => {
  expect(await sampleFolder()).toBe(join(root, 'examples', SAMPLE))
  expect(await readdir(settings)).toEqual([])
})

test.each([
  ['an installed app', electronPackage],
  ['an npm package', npmPackage],
])('%s copies the sample once, writable, and leaves the installation as it is', async (_what, install) => {
  const installation = await install()
  const bundled = join(installation.examples, SAMPLE)
  const before = await filesOf(installation.examples)
  const copy = await sampleFolder(installation)
  expect(copy).toBe(join(settings, 'samples', SAMPLE))
  expect(await filesOf(copy)).toEqual(await filesOf(bundled))
  expect(await readdir(copy)).not.toContain('node_modules')
  expect((await stat(join(copy, 'package.json'))).mode & 0o200).toBe(0o200)

  await writeFile(join(copy, 'package.json'), 'mine')
  expect(await sampleFolder(installation)).toBe(copy)
  expect(await readFile(join(copy, 'package.json'), 'utf8')).toBe('mine')
  expect(await filesOf(installation.examples)).toEqual(before)
})

test('two starts at once copy it once', async () => {
  const installation = await electronPackage()
  const [first, second] = await Promise.all([sampleFolder(installation), sampleFolder(installation)])
  expect(second).toBe(first)
  expect(await readdir(join(settings, 'samples'))).toEqual([SAMPLE])
})

test('with settings that cannot be written, the copy is in a temporary folder', async () => {
  const [installation, temp] = [await npmPackage(), await tempFolder('tmp')]
  await writeFile(join(settings, 'file'), '')
  vi.stubEnv('SLIPWAY_SETTINGS', join(settings, 'file'))
  vi.stubEnv('TMPDIR', temp)
  vi.stubEnv('TEMP', temp)
  const copy = await sampleFolder(installation)
  expect(copy.startsWith(temp)).toBe(true)
  expect(await sampleFolder(installation)).toBe(copy)
})

test('an incomplete installation is reported', async () => {
  const resources = await tempFolder('empty')
  expect(await codeOf(sampleFolder({ root: join(resources, 'app.asar'), resources }))).toBe('SAMPLE_COPY')
  expect(await readdir(join(settings, 'samples'))).toEqual([])
})
