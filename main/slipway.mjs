#!/usr/bin/env node
/**
 * `npx slipway` in a clone: installs and builds if something has changed, then runs the command line.
 * Takes a few milliseconds if nothing has.
 */
import { dependenciesInstalled, hasSources, isUntouched } from '../build/freshness.mjs'

/** Only the browser door needs what a browser shows. */
/** @type {import('../build/freshness.mjs').Half[]} */
const wanted = process.argv.includes('serve') ? ['host', 'renderer'] : ['host']

if (!dependenciesInstalled() || (hasSources() && !wanted.every(isUntouched))) {
  const { build, install, requireNode } = await import('../build/prepare.mjs')
  requireNode()
  install()
  build(wanted)
}
// A computed path, so that type checking doesn't look for a file that may not be built yet.
await import(new URL('../dist/cli.js', import.meta.url).href)
