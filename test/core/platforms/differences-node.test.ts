import { chmod, mkdir, rm, symlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chaincodeFolder, differencesOf } from './chaincode-folder.ts'

type Json = Record<string, unknown>
type Locked = Record<string, Json>

const shim = { 'fabric-shim': { version: '2.5.8', bin: { 'fabric-chaincode-node': 'cli.js' } } }

/** A Node chaincode with a package.json, a lock file of these modules, and other files. */
function node(json: Json, locked: Locked = {}, files: Record<string, string> = {}): Record<string, string> {
  const packageJson = {
    name: 'assets',
    main: 'index.js',
    scripts: { start: 'fabric-chaincode-node start' },
    dependencies: { 'fabric-shim': '2.5.8' },
    ...json,
  }
  const packages = Object.entries({ ...shim, ...locked }).map(([name, each]) => [`node_modules/${name}`, each])
  return {
    'package.json': JSON.stringify(packageJson, null, 2),
    'package-lock.json': JSON.stringify({ packages: { '': {}, ...(Object.fromEntries(packages) as Json) } }),
    'index.js': '',
    ...files,
  }
}

const differences = async (files: Record<string, string>) => differencesOf(await chaincodeFolder(files))

describe('modules that the chaincode loads', () => {
  const dev = { devDependencies: { ms: '2.1.3', typescript: '6.0.3' } }
  const devLocked = { ms: { version: '2.1.3', dev: true }, typescript: { version: '6.0.3', dev: true } }

  test('declared, built in, or Node’s own: nothing to say', async () => {
    const index = [
      "import { readFile } from 'node:fs/promises'",
      "import path from 'path'",
      "import { Contract } from 'fabric-contract-api/lib/contract.js'",
      "import '#inner'",
      "import 'assets/other'",
      "export * from './lib/a.js'",
      "await import('ms')",
    ].join('\n')
    const json = {
      type: 'module',
      dependencies: { 'fabric-shim': '2.5.8', 'fabric-contract-api': '2.5.8' },
      optionalDependencies: { ms: '2.1.3' },
    }
    const locked = { ms: { version: '2.1.3', optional: true }, 'fabric-contract-api': { version: '2.5.8' } }
    expect(await differences(node(json, locked, { 'index.js': index, 'lib/a.js': '' }))).toEqual([])
  })

  test('of devDependencies: not on a peer', async () => {
    const files = { 'index.js': "\nconst ms = require('ms')\n" }
    expect(await differences(node(dev, devLocked, files))).toEqual(['dev-dependency-used index.js:2 fatal'])
  })

  test('of devDependencies, loaded by a file that is loaded, in its compiled form', async () => {
    const files = {
      'index.js': '"use strict";\nconst a_1 = require("./lib/a");\n',
      'lib/a.js': 'var __importStar = (x) => x;\nconst ms = __importStar(require("ms/index.js"));\n',
    }
    expect(await differences(node(dev, devLocked, files))).toEqual(['dev-dependency-used lib/a.js:2 fatal'])
  })

  test('of devDependencies, in files that nothing loads: nothing to say', async () => {
    const files = { 'test/a.test.js': "require('ms')", 'gulpfile.js': "require('typescript')" }
    expect(await differences(node(dev, devLocked, files))).toEqual([])
  })

  test('of devDependencies, only when a function is called: not fatal', async () => {
    const files = { 'index.js': "exports.f = () => {\n  return require('ms')\n}\n" }
    expect(await differences(node(dev, devLocked, files))).toEqual(['dev-dependency-used index.js:2'])
  })

  test('of devDependencies, where the chaincode copes without: nothing to say', async () => {
    const files = { 'index.js': "try {\n  require('ms')\n} catch {\n  exports.ms = undefined\n}\n" }
    expect(await differences(node(dev, devLocked, files))).toEqual([])
    const rethrown = { 'index.js': "try {\n  go()\n} catch {\n  require('ms')\n}\n" }
    expect(await differences(node(dev, devLocked, rethrown))).toEqual(['dev-dependency-used index.js:4 fatal'])
  })

  test('of devDependencies, which another dependency brings too: not fatal', async () => {
    const files = { 'index.js': "require('ms')" }
    const locked = { ...devLocked, ms: { version: '2.1.3' } }
    expect(await differences(node(dev, locked, files))).toEqual(['dev-dependency-used index.js:1'])
  })

  test('that package.json does not name', async () => {
    const files = { 'index.js': "require('ms')\nrequire('@scope/other/x')\n" }
    expect(await differences(node({}, { ms: { version: '2.1.3' } }, files))).toEqual([
      'dependency-undeclared index.js:1',
      'dependency-undeclared index.js:2 fatal',
    ])
  })

  test('that are in the package.json of a folder above', async () => {
    const folder = await chaincodeFolder(
      node({}, {}, { 'index.js': "require('ms')", '../node_modules/ms/index.js': '' }),
    )
    expect(await differencesOf(folder)).toEqual(['dependency-undeclared index.js:1 fatal'])
  })

  test('without a lock file, as they are installed here', async () => {
    const files = node(
      dev,
      {},
      {
        'index.js': "require('ms')\nrequire('typescript')\n",
        'node_modules/.package-lock.json': JSON.stringify({
          packages: {
            'node_modules/ms': { version: '2.1.3', dev: true },
            'node_modules/typescript': { version: '6.0.3' },
          },
        }),
      },
    )
    delete files['package-lock.json']
    expect(await differences(files)).toEqual([
      'dev-dependency-used index.js:1 fatal',
      'dev-dependency-used index.js:2',
      'lock-file-missing package.json',
    ])
  })
})

describe('files that the chaincode loads', () => {
  test('outside the folder', async () => {
    const files = node(
      {},
      {},
      {
        'index.js': "require('../shared/a')\nconst b = () => require('../../b')\nrequire(`../shared/c.json`)\n",
        '../shared/a.js': '',
      },
    )
    expect(await differences(files)).toEqual([
      'file-outside index.js:1 fatal',
      'file-outside index.js:2',
      'file-outside index.js:3 fatal',
    ])
  })

  test('read from outside the folder, by __dirname or from where it is started', async () => {
    const files = node(
      {},
      {},
      {
        'index.js': [
          "const [fs, path] = [require('fs'), require('path')]",
          "fs.readFileSync(path.join(__dirname, '..', 'shared', 'a.json'))",
          "fs.readFileSync('../shared/b.json')",
          "fs.readFileSync(path.resolve(process.cwd(), '../shared/c.json'))",
          "fs.readFileSync('/home/tomoko/a.json')",
          "fs.readFileSync(path.join(__dirname, '..', 'nowhere.json'))",
          "fs.readFileSync('/etc/hostname')",
          "fs.readFileSync('data/a.json')",
        ].join('\n'),
        'data/a.json': '{}',
        '../shared/a.json': '{}',
        '../shared/b.json': '{}',
        '../shared/c.json': '{}',
      },
    )
    expect(await differences(files)).toEqual([
      'file-outside index.js:2',
      'file-outside index.js:3',
      'file-outside index.js:4',
      'file-outside index.js:5',
    ])
  })

  test('that `ignore` leaves out', async () => {
    const files = node(
      {},
      {},
      {
        'slipway.yaml': 'ignore: [gen, data]\n',
        'index.js': "require('./gen/a')\nrequire('fs').readFileSync('data/a.json')\n",
        'gen/a.js': '',
        'data/a.json': '{}',
      },
    )
    expect(await differences(files)).toEqual(['file-left-out index.js:1 fatal', 'file-left-out index.js:2'])
  })

  test('in other letters than they are called', async () => {
    const files = node(
      {},
      {},
      { 'index.js': "require('./lib/asset')\nrequire('./Lib2')\n", 'lib/Asset.js': '', 'lib2/index.js': '' },
    )
    expect(await differences(files)).toEqual(['file-case index.js:1 fatal', 'file-case index.js:2 fatal'])
  })

  test('that are nowhere: dev mode says so itself', async () => {
    expect(await differences(node({}, {}, { 'index.js': "require('./nowhere')" }))).toEqual([])
  })

  test('that are no JavaScript, or none that can be understood', async () => {
    const files = {
      'index.js': "#!/usr/bin/env node\nrequire('./a.json')\nrequire('./b')\nreturn\n",
      'a.json': '{',
      'b.js': 'const = }',
    }
    expect(await differences(node({}, {}, files))).toEqual([])
  })
})

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

  test('tools known only by what is installed', async () => {
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

describe('what slipway.yaml sets', () => {
  test('a start and an environment of this machine alone', async () => {
    const files = node({}, {}, { 'slipway.yaml': 'build: make\nstart: node index.js\nenv: { LEVEL: debug }\n' })
    expect(await differences(files)).toEqual(['custom-env slipway.yaml', 'custom-start slipway.yaml'])
  })
})

describe('TypeScript', () => {
  const json = {
    main: 'dist/index.js',
    scripts: { start: 'fabric-chaincode-node start', build: 'tsc' },
    devDependencies: { typescript: '6.0.3' },
  }
  const locked = { typescript: { version: '6.0.3', dev: true, bin: { tsc: 'tsc' } } }
  const files = node(json, locked, {
    'tsconfig.json': '{ "compilerOptions": { "outDir": "dist" } }',
    'src/index.ts': "import 'typescript'\n",
    'dist/index.js': '',
  })

  test('built: nothing to say', async () => {
    expect(await differences(files)).toEqual([])
  })

  test('not built', async () => {
    const bare = { ...files }
    delete bare['dist/index.js']
    expect(await differences(bare)).toEqual(['output-missing package.json:3 fatal'])
  })

  test('built long ago, where nobody built just now', async () => {
    const folder = await chaincodeFolder(files)
    const past = new Date(Date.now() - 3_600_000)
    await utimes(join(folder, 'dist/index.js'), past, past)
    expect(await differencesOf(folder)).toEqual([])
    expect(await differencesOf(folder, { unbuilt: true })).toEqual(['output-stale src/index.ts'])
  })
})
