#!/usr/bin/env node
/**
 * The `slipway` command. In a clone (`npx slipway`) it first installs and builds if something has changed, which takes a
 * few milliseconds if nothing has. A package has nothing to build, and no build/.
 */
import { existsSync, readFileSync } from 'node:fs'
import module from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

const [first, ...others] = process.argv.slice(2)

// Scripts and editors ask for the version often; it needs neither a build nor what was built.
if (others.length === 0 && (first === '--version' || first === '-V')) printVersion()
else await run()

function printVersion() {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  process.stdout.write(`${version}\n`)
}

async function run() {
  keepCompiledCode()
  if (existsSync(new URL('../build/freshness.mjs', import.meta.url))) await prepareClone()
  // A computed path, so that type checking doesn't look for a file that may not be built yet.
  await import(new URL('../dist/cli.js', import.meta.url).href)
}

/**
 * From 22.8 on, Node can keep what V8 has compiled for the next start: an eighth of the processor time of a submit from
 * nothing. In a folder of the user's own, because Node's default is in one that all users share, and what lies there is
 * run. NODE_COMPILE_CACHE names another place and NODE_DISABLE_COMPILE_CACHE=1 turns it off; where nothing can be written,
 * or a user has no home, Node does without.
 */
function keepCompiledCode() {
  // Not in the types of the oldest Node that runs Slipway.
  const { enableCompileCache } = /** @type {{ enableCompileCache?: (folder: string) => unknown }} */ (module)
  const folder = compileCache()
  if (folder !== undefined) enableCompileCache?.(folder)
}

/** Undefined for a user without a home. */
function compileCache() {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'Slipway/Cache')
  if (!['darwin', 'win32'].includes(process.platform) && XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'slipway')
  const home = homeFolder()
  if (home === '') return undefined
  if (process.platform === 'darwin') return join(home, 'Library/Caches/Slipway')
  return process.platform === 'win32' ? join(home, 'AppData/Local/Slipway/Cache') : join(home, '.cache/slipway')
}

function homeFolder() {
  try {
    return homedir()
  } catch {
    // Neither HOME nor an entry in /etc/passwd, as in a container.
    return ''
  }
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
