/** What the author wrote into slipway.yaml or on the command line. */
export const configErrors = {
  CONFIG_SYNTAX: (d: { file: string; line: number; column: number; message: string }) => ({
    what: `${d.file}:${d.line}:${d.column} is not valid YAML.`,
    why: d.message,
    do: 'Mend that line and save: Slipway, where it runs, reads the file again.',
  }),
  CONFIG_INVALID: (d: { file: string; line: number; column: number; path: string; message: string }) => ({
    what: `${d.file}:${d.line}:${d.column}: ${d.path === '' ? 'the file' : `\`${d.path}\``} ${d.message}${d.message.endsWith('?') ? '' : '.'}`,
    why: 'slipway.yaml is checked against its schema; what it does not know it would pass over, which hides mistakes.',
    do: 'Change it as said and save: Slipway, where it runs, reads the file again.',
  }),
  CONNECTION_INVALID: (d: { file: string; reason: string }) => ({
    what: `${d.file} does not tell how to reach the chaincode's server over TLS.`,
    why: d.reason,
    do: 'Mend it: root_cert, and with client_auth_required client_cert and client_key, each a PEM text with \\n for its line ends. Or set tls_required to false.',
  }),
  NAME_INVALID: (d: { what: string; value: string; allowed: string }) => ({
    what: `"${d.value}" cannot be a chaincode's ${d.what}.`,
    why: `Fabric allows ${d.allowed}.`,
    do: `Choose another ${d.what}, with --${d.what} or in slipway.yaml.`,
  }),
  USAGE: (d: { message: string }) => ({
    what: 'The command cannot be understood.',
    why: d.message,
    do: 'See `slipway --help`.',
  }),
  MODE_DIFFERS: (d: { name: string; mode: string; wanted: string; pid: number }) => ({
    what: `${d.name} runs in ${d.mode} mode, and --mode ${d.wanted} was asked for.`,
    why: `A Slipway runs for this folder already (process ${d.pid}), and one call does not change what its author is working with.`,
    do: 'Leave out --mode, switch the mode there, or end that Slipway and call again.',
  }),
  STILL_RUNNING: (d: { dataDir: string; pid: number }) => ({
    what: 'Slipway still runs for this folder.',
    why: `Process ${d.pid} works with ${d.dataDir} and may use what is to be removed.`,
    do: 'End it first. It removes its containers itself; `slipway clean` then removes its images.',
  }),
}
