/**
 * `npm run dev [-- FOLDER]`: the browser door, for working on Slipway itself. On save it rebuilds what changed and
 * restarts the door on the same port; the page reconnects.
 */
import { spawn, spawnSync } from 'node:child_process'
import { watch } from 'node:fs'
import { join, resolve } from 'node:path'
import { allHalves, root } from './freshness.mjs'
import { staleHalves } from './stamp.mjs'
import { build, install, requireNode, say } from './prepare.mjs'

const PORT = '7080'
const QUIET_MS = 150

requireNode()
install()
build()

const from = process.env['INIT_CWD'] ?? process.cwd()
const given = process.argv.slice(2)
const folders =
  given.length > 0 ? given.map((f) => resolve(from, f)) : [join(root, 'examples/asset-transfer-typescript')]

let door = openDoor()
/** @type {NodeJS.Timeout | undefined} */
let quiet
for (const folder of ['core', 'main', 'renderer']) {
  watch(join(root, folder), { recursive: true }, () => {
    clearTimeout(quiet)
    quiet = setTimeout(rebuild, QUIET_MS)
  })
}
process.on('SIGINT', () => door.once('exit', () => process.exit(130)))
process.on('SIGTERM', () => {
  door.once('exit', () => process.exit(143))
  door.kill('SIGTERM')
})

function rebuild() {
  const stale = staleHalves(allHalves)
  if (stale.length === 0) return
  say(`Building ${stale.join(' and ')}…`)
  const built = spawnSync(process.execPath, [join(root, 'build/build.mjs'), ...stale], { cwd: root, stdio: 'inherit' })
  // A failed build has printed why; the door of the last good one keeps serving.
  if (built.status !== 0) return
  const old = door
  old.once('exit', () => (door = openDoor()))
  old.kill('SIGTERM')
}

function openDoor() {
  return spawn(process.execPath, [join(root, 'dist/cli.js'), 'serve', '--port', PORT, '--no-open', ...folders], {
    stdio: 'inherit',
  })
}
