/**
 * `npm test [-- FILE…]`: installs what is missing, builds, runs the checks and every test, or the files named.
 * `npm test -- --fast` checks only types and leaves out slow tests and those that need Docker, Java or Chromium.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './freshness.mjs'
import { build, install, requireNode, say } from './prepare.mjs'

/** What `--fast` does without; test/support/require.ts skips the tests that need it. */
const LEFT_OUT = ['docker', 'dockerd', 'java', 'chromium', 'electron', 'couchdb']

const args = process.argv.slice(2)
const isFast = args.includes('--fast')
const files = args.filter((argument) => argument !== '--fast')

requireNode()
install()
build()
if (isFast) process.env['SLIPWAY_SKIP'] = LEFT_OUT.join(',')
const check = node('build/check.mjs', ...(isFast ? ['tsc', 'svelte-check'] : []))
// The tests run even if a check failed: both results are worth knowing.
const tests = node('node_modules/vitest/vitest.mjs', 'run', ...(isFast ? ['--tagsFilter=!slow'] : []), ...files)
process.exit(check === 0 ? tests : check)

/**
 * @param {string} script
 * @param {string[]} args
 */
function node(script, ...args) {
  const done = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' })
  return done.status ?? 1
}
