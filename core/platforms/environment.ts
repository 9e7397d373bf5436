import { delimiter } from 'node:path'

/**
 * Variables that npm or Electron sets for Slipway's own process and that would mislead the chaincode or its tools, and
 * the password of Slipway's CouchDB, which is not for them.
 */
const OWN =
  /^(npm_(package|lifecycle|command|execpath|node_execpath|config_local_prefix|old_pid).*|INIT_CWD|ELECTRON_.*|APPIMAGE|APPDIR|ARGV0|OWD|SLIPWAY_TERMINAL|NODE_CHANNEL_.*|VITEST.*|CORE_LEDGER_.*)$/

/** Paths that an AppImage puts its own folder in front of. */
const APPIMAGE_PATHS = new Set(['PATH', 'LD_LIBRARY_PATH', 'XDG_DATA_DIRS', 'GSETTINGS_SCHEMA_DIR'])

/** The environment of programs in an author's folder: the one Slipway was started in, without its own, plus `added`. */
export function environment(added: Record<string, string>): Record<string, string> {
  const env: Record<string, string> = {}
  const appImage = process.env['APPDIR'] ?? ''
  for (const [name, value] of Object.entries(process.env)) {
    if (value === undefined || OWN.test(name)) continue
    const kept = appImage !== '' && APPIMAGE_PATHS.has(name) ? withoutFolder(value, appImage) : value
    if (kept !== '' || value === '') env[name] = kept
  }
  return { ...env, ...added }
}

/** A list of paths without those in a folder: with an AppImage's libraries, the author's tools may not run. */
function withoutFolder(paths: string, folder: string): string {
  const isInside = (path: string) => path === folder || path.startsWith(`${folder}/`)
  return paths
    .split(delimiter)
    .filter((path) => path !== '' && !isInside(path))
    .join(delimiter)
}
