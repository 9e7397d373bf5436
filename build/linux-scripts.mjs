import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { root } from './freshness.mjs'

const PROGRAM = "'/opt/${sanitizedProductName}/${executable}'"
const LAUNCHER = "'/opt/${sanitizedProductName}/resources/bin/slipway'"

/**
 * The scripts that a deb or rpm runs when it is installed and removed: electron-builder's own, which also set up the
 * sandbox and AppArmor, except that /usr/bin/slipway becomes the command line's launcher instead of the window's program.
 */
export function launcherScripts() {
  return { afterInstall: launcherScript('after-install.tpl'), afterRemove: launcherScript('after-remove.tpl') }
}

/** @param {string} name */
function launcherScript(name) {
  const builder = createRequire(import.meta.url).resolve('electron-builder/package.json')
  const library = dirname(createRequire(builder).resolve('app-builder-lib/package.json'))
  const script = readFileSync(join(library, 'templates/linux', name), 'utf8')
  if (!script.includes(PROGRAM)) throw new Error(`electron-builder's ${name} no longer links ${PROGRAM}`)
  const made = join(root, 'release/.scripts', name)
  mkdirSync(dirname(made), { recursive: true })
  writeFileSync(made, script.replaceAll(PROGRAM, LAUNCHER))
  return made
}
