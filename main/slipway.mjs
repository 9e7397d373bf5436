#!/usr/bin/env node
/**
 * The `slipway` command. In a clone (`npx slipway`) it first installs and builds if something has changed, which takes a
 * few milliseconds if nothing has. A package has nothing to build, and no build/.
 */
import { existsSync, readFileSync } from 'node:fs'

const [first, ...others] = process.argv.slice(2)

// Scripts and editors ask for the version often; it needs neither a build nor what was built.
if (others.length === 0 && (first === '--version' || first === '-V')) printVersion()
else await run()

function printVersion() {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  process.stdout.write(`${version}\n`)
}

async function run() {
  if (existsSync(new URL('../build/freshness.mjs', import.meta.url))) await prepareClone()
  // A computed path, so that type checking doesn't look for a file that may not be built yet.
  await import(new URL('../dist/cli.js', import.meta.url).href)
}

async function prepareClone() {
  const { dependenciesInstalled, hasSources, isUntouched } = await import('../build/freshness.mjs')
  /** Only the browser door needs what a browser shows. */
  /** @type {import('../build/freshness.mjs').Half[]} */
  const wanted = process.argv.includes('serve') ? ['host', 'renderer'] : ['host']
  if (dependenciesInstalled() && (!hasSources() || wanted.every(isUntouched))) return
  const { build, install, requireNode } = await import('../build/prepare.mjs')
  requireNode()
  install()
  build(wanted)
}
