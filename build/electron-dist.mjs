import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './freshness.mjs'

const programs = { darwin: 'Electron.app', win32: 'electron.exe', linux: 'electron' }
const electronPackage = join(root, 'node_modules/electron')

/** The downloaded Electron for this machine: ELECTRON_OVERRIDE_DIST_PATH, or its package's; undefined if it isn't there. */
export function realElectron() {
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] || join(electronPackage, 'dist')
  return existsSync(join(folder, programs[process.platform] ?? 'electron')) ? folder : undefined
}

/**
 * electron-builder's `electronDist`: the downloaded Electron where it is the one wanted; otherwise electron-builder
 * downloads it.
 * @param {{ platformName: string, arch: string }} wanted
 */
export function realElectronFor({ platformName, arch }) {
  return platformName === process.platform && arch === process.arch ? realElectron() : undefined
}

/**
 * A folder that electron-builder takes for Electron's on Linux. Its program does nothing, but has a fuse wire, so that
 * fuses are flipped in it as in the real one. The caller removes the folder.
 */
export function standInElectron() {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-stand-in-'))
  const { version } = JSON.parse(readFileSync(join(electronPackage, 'package.json'), 'utf8'))
  mkdirSync(join(folder, 'resources'))
  mkdirSync(join(folder, 'locales'))
  writeFileSync(join(folder, 'locales/en-US.pak'), '')
  writeFileSync(join(folder, 'version'), version)
  writeFileSync(join(folder, 'LICENSE'), 'A stand-in for Electron.\n')
  const program = "#!/bin/sh\necho 'This is a stand-in for Electron, which could not be downloaded.' >&2\nexit 1\n"
  writeFileSync(join(folder, 'electron'), Buffer.concat([Buffer.from(program), fuseWire()]), { mode: 0o755 })
  return folder
}

/** As in Electron's program: a text to find it by, the wire's version and length, and a byte for each fuse, all on. */
function fuseWire() {
  const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
  const FUSES = 8
  return Buffer.concat([
    Buffer.from(`#${SENTINEL}`),
    Buffer.from([1, FUSES]),
    Buffer.alloc(FUSES, '1'),
    Buffer.from('\n'),
  ])
}
