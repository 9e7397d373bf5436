/** `npm test`: installs what is missing, checks, builds, and runs every suite. Its exit code is the worst of them. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './freshness.mjs'
import { build, install, requireNode } from './prepare.mjs'

requireNode()
install()
build()
const check = node('build/check.mjs')
// The suites run even where a check failed: both answers are wanted at once.
const tests = node('node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2))
process.exit(check === 0 ? tests : check)

/**
 * @param {string} script
 * @param {string[]} args
 */
function node(script, ...args) {
  const done = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' })
  return done.status ?? 1
}
