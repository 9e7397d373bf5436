import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'jsonc-parser'
import { vscodeConfiguration } from '../../../core/contract/editor-configuration.ts'
import { writeConfiguration } from '../../../core/debugger/write-configuration.ts'
import { tempFolder } from '../../support/temp.ts'

const cars = { name: 'cars', protocol: 'inspector', port: 9229 } as const

async function withLaunch(text: string): Promise<{ folder: string; launch: string }> {
  const folder = await tempFolder('editor')
  await mkdir(join(folder, '.vscode'))
  const launch = join(folder, '.vscode', 'launch.json')
  await writeFile(launch, text)
  return { folder, launch }
}

test('launch.json is made where there is none, and writing it again changes nothing', async () => {
  const folder = await tempFolder('editor')
  const { file } = await writeConfiguration(folder, cars, 'vscode')
  const text = await readFile(file, 'utf8')
  expect(parse(text)).toMatchObject({
    configurations: [{ name: 'Slipway: cars', type: 'node', port: 9229, restart: true }],
  })
  await writeConfiguration(folder, cars, 'vscode')
  expect(await readFile(file, 'utf8')).toBe(text)
})

test('what its author has in launch.json stays, with comments; of an earlier one only the port changes', async () => {
  const { folder, launch } = await withLaunch(`{
  // ours
  "version": "0.2.0",
  "configurations": [
    { "name": "mine", "type": "go" }, // keep
    {
      "name": "Slipway: cars",
      "type": "node",
      "request": "attach",
      "address": "127.0.0.1",
      "port": 1, /* old */
      "restart": false,
      "skipFiles": [],
    },
  ],
}
`)
  await writeConfiguration(folder, cars, 'vscode')
  const text = await readFile(launch, 'utf8')
  for (const kept of ['// ours', '// keep', '/* old */', '"restart": false']) expect(text).toContain(kept)
  expect((parse(text) as { configurations: object[] }).configurations).toMatchObject([{ name: 'mine' }, { port: 9229 }])
  await writeConfiguration(folder, { ...cars, name: 'boats' }, 'vscode')
  expect((parse(await readFile(launch, 'utf8')) as { configurations: object[] }).configurations).toHaveLength(3)
})

test.each(['[]', '{ "configurations": 3 }', '{ "configurations": [', 'no'])(
  '%s is refused and left as it is',
  async (text) => {
    const { folder, launch } = await withLaunch(text)
    await expect(writeConfiguration(folder, cars, 'vscode')).rejects.toMatchObject({ code: 'DEBUG_CONFIGURATION' })
    expect(await readFile(launch, 'utf8')).toBe(text)
  },
)

test('it goes where the editor has its settings, up to the repository', async () => {
  const { folder, launch } = await withLaunch('{}')
  const inside = join(folder, 'chaincode')
  const own = join(inside, '.vscode', 'launch.json')
  await mkdir(join(folder, '.git'), { recursive: true })
  await mkdir(inside)
  expect(await writeConfiguration(inside, cars, 'vscode')).toEqual({ file: launch })
  // Above a repository, and where there is none, such a folder is somebody else's.
  await rm(join(folder, '.git'), { recursive: true })
  expect(await writeConfiguration(inside, cars, 'vscode')).toEqual({ file: own })
  await rm(own)
  await mkdir(join(inside, '.git'))
  expect(await writeConfiguration(inside, cars, 'vscode')).toEqual({ file: own })
})

test.each(['inspector', 'jdwp', 'delve'] as const)(
  'JetBrains: %s, whose port alone changes later',
  async (protocol) => {
    const folder = await tempFolder('editor')
    const { file } = await writeConfiguration(folder, { ...cars, protocol }, 'jetbrains')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('</configuration>', '  <envs />\n  </configuration>'))
    await writeConfiguration(folder, { ...cars, protocol, port: 4711 }, 'jetbrains')
    const later = await readFile(file, 'utf8')
    expect(later).toContain('<envs />')
    expect(later).toContain('"4711"')
    expect(later).not.toContain('9229')
  },
)

test.each([
  ['inspector', { localRoot: '${workspaceFolder}/cc', remoteRoot: '/usr/local/src' }, '/usr/local/src'],
  [
    'delve',
    { substitutePath: [{ from: '${workspaceFolder}', to: '/chaincode/input/src' }] },
    '/chaincode/input/src/cc',
  ],
] as const)('%s: where a container has the sources, until it isn’t in one', async (protocol, expected, root) => {
  const folder = await tempFolder('editor')
  await mkdir(join(folder, '.git'))
  await mkdir(join(folder, '.vscode'))
  const inside = join(folder, 'cc')
  await mkdir(inside)
  const { file } = await writeConfiguration(inside, { ...cars, protocol, port: 1 }, 'vscode')
  const before = parse(await readFile(file, 'utf8')) as unknown
  await writeConfiguration(inside, { ...cars, protocol, port: 2, root }, 'vscode')
  expect(parse(await readFile(file, 'utf8'))).toMatchObject({ configurations: [{ port: 2, ...expected }] })
  await writeConfiguration(inside, { ...cars, protocol, port: 1 }, 'vscode')
  expect(parse(await readFile(file, 'utf8'))).toEqual(before)
})

test('JetBrains: where a container has the sources of Node chaincode, until it isn’t in one', async () => {
  const folder = await tempFolder('editor')
  const { file } = await writeConfiguration(folder, cars, 'jetbrains')
  const before = await readFile(file, 'utf8')
  await writeConfiguration(folder, { ...cars, root: '/usr/local/src' }, 'jetbrains')
  const contained = await readFile(file, 'utf8')
  expect(contained).toContain('<mapping url="file:///usr/local/src" local-file="$PROJECT_DIR$" />')
  await writeConfiguration(folder, { ...cars, root: '/usr/local/src' }, 'jetbrains')
  expect(await readFile(file, 'utf8')).toBe(contained)
  await writeConfiguration(folder, cars, 'jetbrains')
  expect(await readFile(file, 'utf8')).toBe(before)
})

test('JetBrains: the sources of Node chaincode in a folder of any name, also when it has another', async () => {
  const folder = await tempFolder('editor')
  await mkdir(join(folder, '.git'))
  await mkdir(join(folder, '.idea'))
  const [before, after] = [join(folder, "a $1$&$`$'"), join(folder, 'later')]
  await mkdir(before)
  const { file } = await writeConfiguration(before, cars, 'jetbrains')
  const plain = await readFile(file, 'utf8')
  const contained = { ...cars, root: '/usr/local/src' }
  await writeConfiguration(before, contained, 'jetbrains')
  const inside = await readFile(file, 'utf8')
  const mapping = `    <mapping url="file:///usr/local/src" local-file="$PROJECT_DIR$/a $1$&amp;$\`$'" />\n`
  expect(inside.split(mapping).join('')).toBe(plain)
  expect(inside).toContain(mapping)
  await rename(before, after)
  await writeConfiguration(after, contained, 'jetbrains')
  expect(await readFile(file, 'utf8')).toBe(inside.split("a $1$&amp;$`$'").join('later'))
  await writeConfiguration(after, cars, 'jetbrains')
  expect(await readFile(file, 'utf8')).toBe(plain)
})

test('a Go module below the folder that the editor has open is found in the container', () => {
  const { substitutePath } = vscodeConfiguration({
    ...cars,
    protocol: 'delve',
    root: '/chaincode/input/src/pkg/cc',
    below: 'go/pkg/cc',
  })
  expect(substitutePath).toEqual([{ from: '${workspaceFolder}/go', to: '/chaincode/input/src' }])
})
