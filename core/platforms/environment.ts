/**
 * Set for Slipway's own process, by npm or Electron, and misleading in the chaincode's and its tools'; and the password
 * of its CouchDB, which is not theirs to know.
 */
const OWN =
  /^(npm_(package|lifecycle|command|execpath|node_execpath|config_local_prefix|old_pid).*|INIT_CWD|ELECTRON_.*|NODE_CHANNEL_.*|VITEST.*|CORE_LEDGER_.*)$/

/** The environment of what runs in an author's folder: the one Slipway was started in, less its own, and `added`. */
export function environment(added: Record<string, string>): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !OWN.test(name)) env[name] = value
  }
  return { ...env, ...added }
}
