/**
 * `npm test [-- FILE…]`: installs what is missing, builds, runs the checks and every test, or the files named.
 * `npm test -- --fast` checks only types, and leaves out slow tests and those that need Docker, Java or Chromium.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './freshness.mjs'
import { build, install, requireNode, say } from './prepare.mjs'

/** `--fast` does without these; test/support/require.ts skips the tests that need them. */
const LEFT_OUT = ['docker', 'dockerd', 'java', 'chromium', 'electron', 'couchdb']
/** The comment by which a test file says that it takes many seconds. */
const SLOW = '// @module-tag slow'

const args = process.argv.slice(2)
const isFast = args.includes('--fast')
const files = args.filter((argument) => argument !== '--fast')

requireNode()
install()
build()
const slow = isFast ? slowFiles() : []
if (isFast) {
  process.env['SLIPWAY_SKIP'] = LEFT_OUT.join(',')
  say(`Left out: lint, format, dead code; tests that need ${LEFT_OUT.join(', ')}; ${slow.length} slow files:`)
  for (const file of slow) say(`  ${file}`)
}
const check = node('build/check.mjs', ...(isFast ? ['tsc', 'svelte-check'] : []))
// The tests run even if a check failed: both results are worth knowing.
const tests = node('node_modules/vitest/vitest.mjs', 'run', ...slow.map((file) => `--exclude=${file}`), ...files)
process.exit(check === 0 ? tests : check)

function slowFiles() {
  const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  return tests
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/${name.replaceAll('\\', '/')}`)
    .filter((file) => readFileSync(join(root, file), 'utf8').startsWith(SLOW))
}

/**
 * @param {string} script
 * @param {string[]} args
 */
function node(script, ...args) {
  const done = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' })
  return done.status ?? 1
}
