import { delimiter } from 'node:path'

/**
 * Variables that npm or Electron sets for Slipway's own process and that would mislead the chaincode or its tools, and
 * the password of Slipway's CouchDB, which is not for them.
 */
const OWN =
  /^(npm_(package|lifecycle|command|execpath|node_execpath|config_local_prefix|old_pid).*|INIT_CWD|ELECTRON_.*|APPIMAGE|APPDIR|ARGV0|OWD|NODE_CHANNEL_.*|VITEST.*|CORE_LEDGER_.*)$/

/** Paths that an AppImage puts its own folder in front of. */
const APPIMAGE_PATHS = ['PATH', 'LD_LIBRARY_PATH', 'XDG_DATA_DIRS', 'GSETTINGS_SCHEMA_DIR']

/** The environment of programs in an author's folder: the one Slipway was started in, without its own, plus `added`. */
export function environment(added: Record<string, string>): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !OWN.test(name)) env[name] = value
  }
  leaveAppImage(env, process.env['APPDIR'])
  return { ...env, ...added }
}

/** An AppImage's libraries are for its own program: with them on the path, the author's tools may not run. */
function leaveAppImage(env: Record<string, string>, folder: string | undefined): void {
  if (folder === undefined || folder === '') return
  for (const name of APPIMAGE_PATHS) {
    const kept = env[name]?.split(delimiter).filter((path) => path !== '' && !isInside(path, folder))
    if (kept === undefined) continue
    if (kept.length > 0) env[name] = kept.join(delimiter)
    else delete env[name]
  }
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
