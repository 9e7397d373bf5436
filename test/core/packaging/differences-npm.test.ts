import { chmod, mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chaincodeFolder, differencesOf } from '../platforms/chaincode-folder.ts'
import { differences, node } from '../platforms/node-chaincode.ts'

describe('what npm start runs', () => {
  test('nothing: no start script', async () => {
    expect(await differences(node({ scripts: { test: 'x' } }))).toEqual(['start-missing package.json:4 fatal'])
    expect(await differences(node({ scripts: {} }, {}, { 'server.js': '' }))).toEqual([])
  })

  test('a main that is not in the package', async () => {
    expect(await differences(node({ main: 'dist/index.js' }))).toEqual(['output-missing package.json:3 fatal'])
    expect(await differences(node({ main: 'lib' }, {}, { 'lib/index.js': '' }))).toEqual([])
    const ignored = { 'lib/index.js': '', 'slipway.yaml': 'ignore: [lib]\n' }
    expect(await differences(node({ main: 'lib/index.js' }, {}, ignored))).toEqual([
      'file-left-out package.json:3 fatal',
    ])
  })

  test('a file that is not in the package', async () => {
    const scripts = { start: 'set -x && NODE_ENV=production node --enable-source-maps -r ./a.js dist/main.js --port 1' }
    expect(await differences(node({ scripts }))).toEqual(['output-missing package.json:5 fatal'])
    expect(await differences(node({ scripts }, {}, { 'dist/main.js': '' }))).toEqual([])
  })

  test('tools of devDependencies', async () => {
    const json = (start: string) => ({
      scripts: { start, compile: 'tsc -p .' },
      devDependencies: { 'ts-node': '10.9.2', typescript: '6.0.3' },
    })
    const locked = {
      'ts-node': { version: '10.9.2', dev: true, bin: { 'ts-node': 'bin.js' } },
      typescript: { version: '6.0.3', dev: true, bin: { tsc: 'tsc' } },
    }
    const all = { 'index.ts': '' }
    expect(await differences(node(json('ts-node index.ts'), locked, all))).toEqual([
      'dev-dependency-used package.json:5 fatal',
    ])
    expect(await differences(node(json('npx ts-node index.ts'), locked, all))).toEqual([
      'dev-dependency-used package.json:5 fatal',
    ])
    expect(await differences(node(json('node -r ts-node/register index.js'), locked, all))).toEqual([
      'dev-dependency-used package.json:5 fatal',
    ])
    expect(await differences(node(json('npm run compile && node index.js'), locked, all))).toEqual([
      'dev-dependency-used package.json:6 fatal',
    ])
    expect(await differences(node(json('tsc || true; node index.js'), locked, all))).toEqual([
      'dev-dependency-used package.json:5',
    ])
  })

  test.skipIf(process.platform === 'win32')('tools known only by what is installed', async () => {
    const folder = await chaincodeFolder(
      node(
        { scripts: { start: 'nodemon index.js' }, devDependencies: { nodemon: '3.0.0' } },
        {},
        { 'node_modules/nodemon/bin.js': '' },
      ),
    )
    await rm(join(folder, 'package-lock.json'))
    await mkdir(join(folder, 'node_modules/.bin'))
    await symlink('../nodemon/bin.js', join(folder, 'node_modules/.bin/nodemon'))
    expect(await differencesOf(folder)).toEqual([
      'dev-dependency-used package.json:5 fatal',
      'lock-file-missing package.json',
    ])
  })

  test('a script of the folder, which loses its right to run', async () => {
    const folder = await chaincodeFolder(node({ scripts: { start: './run.sh' } }, {}, { 'run.sh': '#!/bin/sh\n' }))
    expect(await differencesOf(folder)).toEqual([])
    await chmod(join(folder, 'run.sh'), 0o755)
    expect(await differencesOf(folder)).toEqual(process.platform === 'win32' ? [] : ['file-mode package.json:5 fatal'])
  })
})

describe('what npm ci runs', () => {
  const husky = { devDependencies: { husky: '9.0.0' } }
  const locked = { husky: { version: '9.0.0', dev: true, bin: { husky: 'bin.js' } } }
  const start = 'fabric-chaincode-node start'

  test('install scripts with tools of devDependencies', async () => {
    const scripts = (prepare: string) => ({ ...husky, scripts: { start, prepare } })
    expect(await differences(node(scripts('husky'), locked))).toEqual(['dev-dependency-used package.json:6 fatal'])
    expect(await differences(node(scripts('husky || true'), locked))).toEqual(['dev-dependency-used package.json:6'])
    expect(await differences(node({ ...husky, scripts: { start, pretest: 'husky', build: 'husky' } }, locked))).toEqual(
      [],
    )
  })
})

describe('what npm ci installs', () => {
  test('no lock file', async () => {
    const files = node({})
    delete files['package-lock.json']
    expect(await differences(files)).toEqual(['lock-file-missing package.json'])
    expect(await differences({ ...files, 'yarn.lock': '' })).toEqual(['lock-file-missing package.json'])
    // npm takes versions from one of Yarn 1's.
    const yarn = '# yarn lockfile v1\n\nfabric-shim@2.5.8:\n  version "2.5.8"\n'
    expect(await differences({ ...files, 'yarn.lock': yarn })).toEqual([])
    expect(await differences({ ...files, 'yarn.lock': yarn.replace('2.5.8:', '2.5.7:') })).toEqual([
      'lock-file-missing package.json',
    ])
  })

  test('a lock file that does not fit', async () => {
    const json = { dependencies: { 'fabric-shim': '^2.4.0', ms: '^2.0.0' } }
    expect(await differences(node(json, { ms: { version: '2.1.3' } }))).toEqual([])
    expect(await differences(node(json))).toEqual(['lock-file-stale package.json:9 fatal'])
    expect(await differences(node(json, { ms: { version: '1.0.0' } }))).toEqual([
      'lock-file-stale package.json:9 fatal',
    ])
    const unusual = { dependencies: { 'fabric-shim': 'latest', ms: 'npm:other@1.0.0' } }
    expect(await differences(node(unusual, { ms: { version: '1.0.0' } }))).toEqual([])
    expect(
      await differences(node({ devDependencies: { ms: '3.0.0' } }, { ms: { version: '2.0.0', dev: true } })),
    ).toEqual(['lock-file-stale package.json:11 fatal'])
  })

  test('dependencies that are folders', async () => {
    const json = (ms: string) => ({ dependencies: { 'fabric-shim': '2.5.8', ms } })
    const locked = { ms: { link: true } }
    expect(await differences(node(json('file:../ms'), locked))).toEqual(['file-outside package.json:9 fatal'])
    expect(await differences(node(json('../ms'), locked))).toEqual(['file-outside package.json:9 fatal'])
    expect(await differences(node(json('link:/opt/ms'), locked))).toEqual(['file-outside package.json:9 fatal'])
    expect(await differences(node(json('workspace:*'), locked))).toEqual(['file-outside package.json:9 fatal'])
    expect(await differences(node(json('file:lib/ms'), locked))).toEqual(['file-left-out package.json:9 fatal'])
    expect(await differences(node(json('file:./lib/ms'), locked, { 'lib/ms/package.json': '{}' }))).toEqual([])
    expect(await differences(node(json('file:ms-1.0.0.tgz'), locked, { 'ms-1.0.0.tgz': 'x' }))).toEqual([])
  })

  test('dependencies that are links to another folder here', async () => {
    const json = { dependencies: { 'fabric-shim': '2.5.8', ms: '1.0.0' } }
    const folder = await chaincodeFolder({
      ...node(json, { ms: { version: '1.0.0' } }, { 'index.js': "require('ms')" }),
      'node_modules/x/package.json': '{}',
      '../ms/package.json': '{}',
    })
    await symlink('../../ms', join(folder, 'node_modules/ms'), 'junction')
    expect(await differencesOf(folder)).toEqual(['file-outside package.json:9'])
  })

  test('a Node that the image is not', async () => {
    expect(await differences(node({ engines: { node: '>=18' } }))).toEqual([])
    expect(await differences(node({ engines: { node: '^16 || ^18' } }))).toEqual(['runtime-version package.json:10'])
    expect(await differences(node({ engines: { node: '>=99' } }, {}, { '.npmrc': 'engine-strict=true\n' }))).toEqual([
      'runtime-version package.json:10 fatal',
    ])
  })
})
