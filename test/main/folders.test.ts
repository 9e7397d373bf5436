// @module-tag slow
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildDoors, startSlipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { npmRegistry } from '../support/npm-registry.ts'
import { tempFolder } from '../support/temp.ts'

beforeAll(buildDoors)

interface Document {
  error?: { code: string; why: string; do: string }
  identity?: string
}

/** What `slipway …` printed. */
async function document(args: string[], env: Record<string, string> = {}): Promise<Document> {
  const { stdout } = await startSlipway(args, env).ended
  return JSON.parse(stdout) as Document
}

const codeOf = async (...args: string[]) => (await document(args)).error?.code

/** A folder with these files. */
async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await tempFolder('folder')
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}

describe('what a folder installs', () => {
  const packageJson = (more: object = {}) =>
    JSON.stringify({ name: 'assets', version: '1.0.0', dependencies: { 'fabric-shim': '^1.0.0' }, ...more })
  const locked = (version: string) =>
    JSON.stringify({
      name: 'assets',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': { name: 'assets', version: '1.0.0', dependencies: { 'fabric-shim': '^1.0.0' } },
        'node_modules/fabric-shim': { version },
      },
    })

  /** Its registry has a shim that does nothing, so that nothing but the install is tried. */
  async function chaincode(files: Record<string, string>): Promise<string> {
    const registry = await npmRegistry({ 'fabric-shim': ['1.0.0', '1.1.0'] })
    return folderWith({ '.npmrc': `registry=${registry}\n`, 'package.json': packageJson(), 'index.js': '', ...files })
  }

  test('is what npm-shrinkwrap.json says, as on a peer', async () => {
    const folder = await chaincode({ 'npm-shrinkwrap.json': locked('1.0.0'), 'package-lock.json': locked('1.1.0') })
    expect(await codeOf('evaluate', folder, 'f')).not.toBe('INSTALL_FAILED')
    const { version } = JSON.parse(await readFile(join(folder, 'node_modules/fabric-shim/package.json'), 'utf8')) as {
      version: string
    }
    expect(version).toBe('1.0.0')
    expect(await readFile(join(folder, 'npm-shrinkwrap.json'), 'utf8')).toBe(locked('1.0.0'))
  })

  test('is tried again after it has failed, although what is left looks complete', async () => {
    const folder = await chaincode({
      'package.json': packageJson({ scripts: { preinstall: 'node check.js' } }),
      'check.js': "process.exit(require('fs').existsSync('repaired') ? 0 : 3)",
    })
    expect(await codeOf('evaluate', folder, 'f')).toBe('INSTALL_FAILED')
    expect((await stat(join(folder, 'node_modules/fabric-shim'))).isDirectory()).toBe(true)
    expect(await codeOf('evaluate', folder, 'f')).toBe('INSTALL_FAILED')
    await writeFile(join(folder, 'repaired'), '')
    expect(await codeOf('evaluate', folder, 'f')).not.toBe('INSTALL_FAILED')
  })

  test.skipIf(process.platform === 'win32')('needs the tool of its lock file where npm refuses it', async () => {
    const folder = await chaincode({
      'package.json': packageJson({ dependencies: { 'fabric-shim': '^1.0.0', shared: 'workspace:*' } }),
      'pnpm-lock.yaml': '',
    })
    const tools = await tempFolder('tools')
    await symlink(process.execPath, join(tools, 'node'))
    const { error } = await document(['evaluate', folder, 'f'], { PATH: tools })
    expect(error?.code).toBe('TOOL_MISSING')
    expect(error?.do).toContain('pnpm')
  })
})

describe('a folder that is no chaincode', () => {
  const shim = 'github.com/hyperledger/fabric-chaincode-go/v2/shim'
  const module = {
    'go.mod': 'module example.com/assets\n\ngo 1.22\n\nrequire github.com/hyperledger/fabric-chaincode-go/v2 v2.3.0\n',
    'assets.go': 'package assets\n',
    'cmd/cc/main.go': `package main\n\nimport _ "${shim}"\n\nfunc main() {}\n`,
  }

  test('but a Go library says where the program is, in dev mode, net mode and for a package', async () => {
    const folder = await folderWith(module)
    for (const args of [
      ['evaluate', folder, 'f'],
      ['evaluate', folder, 'f', '--mode', 'net'],
      ['package', folder],
    ]) {
      const { error } = await document(args)
      expect([args[0], error?.code, error?.why]).toEqual([args[0], 'NOT_A_PROGRAM', expect.stringContaining('cmd/cc')])
    }
  })

  test('but holds some names them', async () => {
    const inside = await folderWith(
      Object.fromEntries(Object.entries(module).map(([name, text]) => [`go/${name}`, text])),
    )
    const { error } = await document(['evaluate', inside, 'f'])
    expect([error?.code, error?.why]).toEqual(['FOLDER_HOLDS_CHAINCODES', expect.stringContaining('go/cmd/cc')])
  })
})

describe('slipway.yaml', () => {
  const bomb = ['a0: &a0 [x, x]', ...[1, 2, 3].map((at) => `a${at}: &a${at} [${`*a${at - 1}, `.repeat(10)}]`)]

  test.each([
    ['aliases that multiply', [...bomb, 'name: *a3'].join('\n'), 'CONFIG_SYNTAX'],
    ['another organisation for the chaincode’s peer', 'env: { CORE_PEER_LOCALMSPID: Org2MSP }', 'CONFIG_INVALID'],
    [
      'a container that may do everything',
      'peer: { vm: { docker: { hostConfig: { Privileged: true } } } }',
      'CONFIG_INVALID',
    ],
  ])('with %s is refused', async (_what, text, code) => {
    const folder = await fixture('javascript-shim', 'bare')
    await writeFile(join(folder, 'slipway.yaml'), `${text}\n`)
    expect(await codeOf('evaluate', folder, 'version', '--trust')).toBe(code)
  })
})

test('a caller is found without its organisation where one has that name, and all are listed where several do', async () => {
  const folder = await fixture('javascript-shim')
  for (const mspId of ['Org2MSP', 'Org3MSP']) await startSlipway(['identity', 'add-org', folder, mspId]).ended
  await document(['identity', 'issue', folder, 'recipient', '--org', 'Org2MSP'])
  const call = ['evaluate', folder, 'version', '--as', 'recipient']
  expect((await document(call)).identity).toBe('recipient@Org2MSP')
  await document(['identity', 'issue', folder, 'recipient', '--org', 'Org3MSP'])
  const { error } = await document(call)
  expect(error?.code).toBe('IDENTITY_AMBIGUOUS')
  expect(error?.why).toMatch(/recipient@Org2MSP.*recipient@Org3MSP/)
})
