#!/usr/bin/env node
/**
 * The `slipway` command. In a clone (`npx slipway`) it first installs and builds if something has changed, which takes a
 * few milliseconds if nothing has. A package has nothing to build, and no build/.
 */
import { existsSync } from 'node:fs'

if (existsSync(new URL('../build/freshness.mjs', import.meta.url))) await prepareClone()
// A computed path, so that type checking doesn't look for a file that may not be built yet.
await import(new URL('../dist/cli.js', import.meta.url).href)

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
