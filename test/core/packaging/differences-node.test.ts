import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chaincodeFolder, differencesOf } from '../platforms/chaincode-folder.ts'
import { differences, node } from '../platforms/node-chaincode.ts'

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

  test('of devDependencies, on a condition: not fatal', async () => {
    const files = { 'index.js': "if (process.env.DEBUG) require('ms')\nprocess.env.DEBUG && require('typescript')\n" }
    expect(await differences(node(dev, devLocked, files))).toEqual([
      'dev-dependency-used index.js:1',
      'dev-dependency-used index.js:2',
    ])
  })

  test('by a bundler’s own require: nothing to say', async () => {
    const files = { 'index.js': "({ 1: [function (require, module, exports) {\n  require('ms')\n}] })\n" }
    expect(await differences(node(dev, devLocked, files))).toEqual([])
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

  test('that only tsconfig.json has a name for', async () => {
    const files = {
      'index.js': "require('@lib/keys')\nrequire('@other/x')\n",
      'tsconfig.json': '{"compilerOptions":{"paths":{"@lib/*":["./lib/*"]}}}',
    }
    const all = ['dependency-undeclared index.js:2 fatal', 'path-alias index.js:1 fatal']
    expect(await differences(node({}, {}, files))).toEqual(all)
    const replaced = { scripts: { start: 'node -r tsconfig-paths/register index.js' } }
    expect(await differences(node({ ...replaced }, {}, files))).not.toContain('path-alias index.js:1 fatal')
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
