/**
 * `npm run dist [-- OPTIONS]`: builds the installers of this system into `release/`; with `--dir`, only the folder they
 * would install. Takes electron-builder's options. Publishes nothing.
 */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { realElectron, standInElectron } from './electron-dist.mjs'
import { root } from './freshness.mjs'
import { build, install, requireNode, say } from './prepare.mjs'

requireNode()
install()
build()

const args = process.argv.slice(2)
const standIn = standInIfNeeded()
const builder = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/electron-builder/cli.js'),
    ...['--config', join(root, 'build/electron-builder.config.mjs'), '--publish', 'never'],
    ...(standIn === undefined ? [] : [`--config.electronDist=${standIn}`]),
    ...args,
  ],
  { cwd: root, stdio: 'inherit' },
)
if (standIn !== undefined) rmSync(standIn, { recursive: true, force: true })
process.exit(builder.status ?? 1)

/** Only a folder can be made without Electron, and only for Linux: installers of it would be for nobody. */
function standInIfNeeded() {
  const forLinux = process.platform === 'linux' && !args.some((arg) => ['--mac', '--win', '-m', '-w'].includes(arg))
  if (!args.includes('--dir') || !forLinux || realElectron() !== undefined) return undefined
  say('Electron is not downloaded, so a stand-in takes its place: this package has everything but a program to run.')
  return standInElectron()
}
