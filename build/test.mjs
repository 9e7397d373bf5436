/**
 * `npm test [-- FILE…]`: installs what is missing, builds, runs the checks and every test, or the files named.
 * `npm test -- --fast` checks only types, and leaves out slow tests and those that need Docker, Java or Chromium.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { filesLeftOut, needsLeftOut } from './fast.mjs'
import { root } from './freshness.mjs'
import { build, install, requireNode, say } from './prepare.mjs'

const args = process.argv.slice(2)
const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...args.filter((argument) => argument !== '--fast')]

requireNode()
install()
build()
process.exit(args.includes('--fast') ? await runFast() : await runAll())

/** The tests run even if a check failed: both results are worth knowing. */
async function runAll() {
  const checks = await node('build/check.mjs')
  const tests = await node(...vitest)
  return checks === 0 ? tests : checks
}

async function runFast() {
  const { slow, needy } = filesLeftOut()
  say(`Left out: lint, format, dead code; tests that need ${needsLeftOut.join(', ')}; ${slow.length} slow files:`)
  for (const file of slow) say(`  ${file}`)
  process.env['SLIPWAY_SKIP'] = needsLeftOut.join(',')
  // svelte-check checks the types of every file, Svelte or not, on one core; the tests don't wait for it.
  const types = node('build/check.mjs', 'svelte-check')
  const tests = await node(...vitest, ...[...slow, ...needy].map((file) => `--exclude=${file}`))
  if ((await types) === 0) return tests
  say('The types are wrong: see svelte-check above.')
  return 1
}

/**
 * @param {string[]} command
 * @returns {Promise<number>}
 */
function node(...command) {
  const [script = '', ...rest] = command
  const child = spawn(process.execPath, [join(root, script), ...rest], { cwd: root, stdio: 'inherit' })
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)))
}
