import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What of a package may be ours, beside Electron. */
const LIMIT_MB = 25
const MB = 1_000_000
/** What may lie among our resources; the licences do on macOS. */
const electronsFiles = ['default_app.asar', 'electron.icns', 'LICENSE.electron.txt', 'LICENSES.chromium.html']

/**
 * electron-builder's `afterPack`: prints the size of our part of a package, and refuses it where it is too large.
 * @param {import('electron-builder').AfterPackContext} context
 */
export function requireSmall({ packager, appOutDir }) {
  const resources = packager.getResourcesDir(appOutDir)
  const ours = readdirSync(resources).filter((name) => !isElectrons(name))
  const size = ours.reduce((sum, name) => sum + sizeOf(join(resources, name)), 0) / MB
  const words = `Slipway's own part of the package: ${size.toFixed(1)} MB of at most ${LIMIT_MB}`
  if (size > LIMIT_MB) throw new Error(words)
  process.stdout.write(`${words}\n`)
}

/** @param {string} name */
function isElectrons(name) {
  return name.endsWith('.lproj') || electronsFiles.includes(name)
}

/**
 * @param {string} path
 * @returns {number}
 */
function sizeOf(path) {
  const at = statSync(path)
  if (!at.isDirectory()) return at.size
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}
