// @module-tag slow
import { describe } from 'vitest'
import { fails, type Failing } from './causes.ts'

const js = (
  index: string | ((before: string) => string),
  cause: Failing['cause'],
  files: Failing['files'] = {},
): Failing => ({
  fixture: 'javascript-contract',
  files: { 'index.js': index, ...files },
  code: 'CHAINCODE_EXITED',
  cause,
})
const first = (line: string) => (before: string) => `${line}\n${before}`
const start = (command: string) => (before: string) => before.replace('fabric-chaincode-node start', command)
const at = (line: number, kind: string, message: string | RegExp): Failing['cause'] =>
  ({ file: 'index.js', line, kind, message }) as Failing['cause']

describe('JavaScript', () => {
  fails(
    'a syntax error',
    js('const a = {\n  b: 1\n  c: 2\n}\n', at(3, 'syntax', "SyntaxError: Unexpected identifier 'c'")),
  )
  fails('an exception on load', js(first("throw new Error('no config')"), at(1, 'thrown', 'Error: no config')))
  fails(
    'an exception in another file',
    js(
      first("require('./lib/db')"),
      {
        file: 'lib/db.js',
        line: 2,
        kind: 'thrown',
        message: "TypeError: Cannot read properties of undefined (reading 'url')",
      },
      {
        'lib/db.js': 'const settings = {}\nmodule.exports = settings.db.url\n',
      },
    ),
  )
  fails(
    'an exception with a cause',
    js(
      first("throw new Error('outer', { cause: new Error('the real cause') })"),
      at(1, 'thrown', 'Error: the real cause'),
    ),
  )
  fails(
    'a package that isn’t installed',
    js(first("require('fabric-nope')"), {
      ...at(1, 'missing-module', "Error: Cannot find module 'fabric-nope'"),
      fix: 'npm install fabric-nope',
    }),
  )
  fails(
    'a file that doesn’t exist',
    js(first("require('./lib/nope')"), at(1, 'missing-file', "Error: Cannot find module './lib/nope'")),
  )
  fails(
    'CommonJS in an ES module',
    js(
      (before) => before,
      {
        file: 'index.js',
        kind: 'module-system',
        message: /require\(\) of ES Module|require is not defined/,
        line: 1,
      },
      {
        'package.json': (before) => before.replace('"main"', '"type": "module",\n  "main"'),
      },
    ),
  )
  fails('a thrown text', js(first("throw 'a plain string'"), { kind: 'thrown', message: 'a plain string' }))
  fails(
    'an exit with words of its own',
    js(first("console.error('no wallet found'); process.exit(3)"), { kind: 'unknown', message: 'no wallet found' }),
  )
  fails(
    'a constructor that throws',
    js((before) => before.replace("super('AssetContract')", "super('AssetContract'); this.x.y = 1"), {
      ...at(0, 'thrown', "TypeError: Cannot set properties of undefined (setting 'y')"),
      line: 'this.x.y = 1',
    }),
  )
  fails(
    'no contracts',
    js((before) => before.replace('module.exports.contracts', 'module.exports.other'), {
      kind: 'thrown',
      message: 'TypeError: contractClass is not a constructor',
    }),
  )
  fails(
    'a native module for no system',
    js(
      first("require('./native.node')"),
      { ...at(1, 'native', /native\.node/), fix: 'npm rebuild' },
      { 'native.node': 'not native' },
    ),
  )
  fails(
    'a missing file',
    js(
      first("require('fs').readFileSync('config.txt')"),
      at(1, 'missing-file', "Error: ENOENT: no such file or directory, open 'config.txt'"),
    ),
  )
  fails('JSON that can’t be parsed', js(first("JSON.parse('{bad')"), at(1, 'thrown', /^SyntaxError: .*JSON/)))
  fails(
    'a JSON file that can’t be parsed',
    js(
      first("require('./config.json')"),
      { file: 'config.json', kind: 'config', message: /^SyntaxError: .*config\.json: / },
      { 'config.json': '{bad' },
    ),
  )
  fails(
    'no memory',
    js(
      first('const kept = []; for (;;) kept.push(new Array(1e5).fill(kept.length))'),
      { kind: 'memory', message: /^FATAL ERROR: .*heap out of memory/ },
      {
        'slipway.yaml': 'env:\n  NODE_OPTIONS: --max-old-space-size=40\n',
      },
    ),
  )
})

describe('the start script', () => {
  const script = (command: string, cause: Failing['cause']) =>
    js((before) => before, cause, { 'package.json': start(command) })
  fails(
    'names a file that doesn’t exist',
    script('node nope.js', { kind: 'missing-file', message: /^Error: Cannot find module '.*nope\.js'$/ }),
  )
  fails(
    'names a program that doesn’t exist',
    script('nonsuch-program --flag', { kind: 'command', message: /nonsuch-program: (?:command )?not found/ }),
  )
  fails(
    'gives node an option that it doesn’t know',
    script('node --nope index.js', { kind: 'config', message: /bad option: --nope/ }),
  )
  fails(
    'connects to another port',
    js(
      (before) => before,
      { kind: 'connection', message: /^Error: 14 UNAVAILABLE: .*ECONNREFUSED/ },
      {
        'elsewhere.sh': 'exec node_modules/.bin/fabric-chaincode-node start --peer.address 127.0.0.1:9 "$3" "$4"\n',
        'slipway.yaml': 'start: sh elsewhere.sh\n',
      },
    ),
  )
})

const install = (files: Failing['files'], cause: Failing['cause']): Failing => ({
  fixture: 'javascript-contract',
  readiness: 'bare',
  files: { 'package-lock.json': undefined, ...files },
  code: 'INSTALL_FAILED',
  cause,
})

describe('npm', () => {
  fails(
    'without its registry',
    install(
      { '.npmrc': 'registry=http://127.0.0.1:9/\nfetch-retries=0\n' },
      { kind: 'network', message: /request to http:\/\/127\.0\.0\.1:9\/.* failed/ },
    ),
  )
  fails(
    'offline',
    install(
      { '.npmrc': 'registry=http://127.0.0.1:9/\noffline=true\ncache=.npm-cache\n' },
      { kind: 'network', message: /cache mode is 'only-if-cached'/ },
    ),
  )
  /** Dependencies that need no registry. */
  const own = (more: object, dependency: object) => ({
    '.npmrc': 'engine-strict=true\noffline=true\n',
    'package.json': JSON.stringify({
      name: 'own',
      version: '1.0.0',
      main: 'index.js',
      scripts: { start: 'fabric-chaincode-node start' },
      dependencies: { 'fabric-shim': 'file:./shim' },
      ...more,
    }),
    'shim/package.json': JSON.stringify({ name: 'fabric-shim', version: '2.5.8', ...dependency }),
  })
  fails(
    'for another Node',
    install(own({ engines: { node: '>=99' } }, {}), {
      kind: 'version',
      message: /^Not compatible with your version of node/,
    }),
  )
  const preinstall = `node -e "console.error('native build broke');process.exit(3)"`
  fails(
    'with an install script that fails',
    install(own({}, { scripts: { preinstall } }), {
      kind: 'thrown',
      message: 'native build broke',
    }),
  )
})
