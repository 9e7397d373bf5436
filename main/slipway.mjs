#!/usr/bin/env node
/**
 * `npx slipway` in a clone: makes sure that what is installed and built is what the sources say, then runs it.
 * Costs a few milliseconds where nothing changed.
 */
import { dependenciesInstalled, staleHalves } from '../build/freshness.mjs'

/** Only the browser door needs what a browser shows. */
/** @type {import('../build/freshness.mjs').Half[]} */
const wanted = process.argv.includes('serve') ? ['host', 'renderer'] : ['host']

if (!dependenciesInstalled() || staleHalves(wanted).length > 0) {
  const { build, install, requireNode } = await import('../build/prepare.mjs')
  requireNode()
  install()
  build(wanted)
}
// A path made here, so that type checking does not look for what is not built yet.
await import(new URL('../dist/cli.js', import.meta.url).href)
