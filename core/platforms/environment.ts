/**
 * Variables that npm or Electron sets for Slipway's own process and that would mislead the chaincode or its tools, and
 * the password of Slipway's CouchDB, which is not for them.
 */
const OWN =
  /^(npm_(package|lifecycle|command|execpath|node_execpath|config_local_prefix|old_pid).*|INIT_CWD|ELECTRON_.*|NODE_CHANNEL_.*|VITEST.*|CORE_LEDGER_.*)$/

/** The environment of programs in an author's folder: the one Slipway was started in, without its own, plus `added`. */
export function environment(added: Record<string, string>): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !OWN.test(name)) env[name] = value
  }
  return { ...env, ...added }
}
