/**
 * `npm run check [-- NAME…]`: types, lint, imports, the folder map, format, Svelte, dead code,
 * or those named. Runs them all, even if one fails.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from './freshness.mjs'

/** Name, script, arguments; slow ones first. */
const checks = [
  ['eslint', 'node_modules/eslint/bin/eslint.js', ['.', '--max-warnings', '0']],
  [
    'svelte-check',
    'node_modules/svelte-check/bin/svelte-check',
    ['--tsconfig', 'tsconfig.json', '--fail-on-warnings', '--output', 'human'],
  ],
  ['tsc', 'node_modules/typescript/bin/tsc', ['-p', '.']],
  ['prettier', 'node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']],
  [
    'imports',
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    ['--config', 'build/dependency-rules.mjs', 'core', 'main', 'renderer', 'test'],
  ],
  ['map', 'build/check-map.mjs', []],
  ['results-schema', 'build/results-schema.mjs', ['--check']],
  ['knip', 'node_modules/knip/bin/knip.js', []],
]
/** Each check takes about one core. */
const AT_ONCE = 2

const named = process.argv.slice(2)
const waiting = checks.filter(([name]) => named.length === 0 || named.includes(name))
const failed = []
await Promise.all(Array.from({ length: AT_ONCE }, worker))
process.exit(failed.length === 0 ? 0 : 1)

async function worker() {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [name, script, args] = next
    const { code, output } = await run(join(root, script), args)
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name}`)
    if (code === 0) continue
    failed.push(name)
    console.log(output)
  }
}

/**
 * @param {string} script
 * @param {string[]} args
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function run(script, args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('close', (code) => resolve({ code, output }))
  })
}
