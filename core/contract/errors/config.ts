/** What the author wrote into slipway.yaml or on the command line. */
export const configErrors = {
  CONFIG_SYNTAX: (d: { file: string; line: number; column: number; message: string }) => ({
    what: `${d.file}:${d.line}:${d.column} is not valid YAML.`,
    why: d.message,
    do: 'Mend that line and save: Slipway reads the file again.',
  }),
  CONFIG_INVALID: (d: { file: string; line: number; column: number; path: string; message: string }) => ({
    what: `${d.file}:${d.line}:${d.column}: ${d.path === '' ? 'the file' : `\`${d.path}\``} ${d.message}${d.message.endsWith('?') ? '' : '.'}`,
    why: 'slipway.yaml is checked against its schema; what it does not know it would pass over, which hides mistakes.',
    do: 'Change it as said and save: Slipway reads the file again.',
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
  MODE_UNAVAILABLE: (d: { mode: string }) => ({
    what: `${d.mode} mode is not available.`,
    why: 'This version of Slipway runs chaincode in dev mode only, as plain processes.',
    do: 'Use dev mode: the same code, the same ledger, no Docker.',
  }),
}
