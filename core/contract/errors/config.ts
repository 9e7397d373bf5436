type ConfigMistake = {
  line: number
  column: number
  /** `chaincodes[0].name`; empty for the whole file. */
  path: string
  message: string
}

type SyntaxFault = { line: number; column: number; message: string }

/** What the author wrote in slipway.yaml or on the command line. */
export const configErrors = {
  CONFIG_SYNTAX: (d: { file: string; others?: SyntaxFault[] } & SyntaxFault) => ({
    what: d.others?.length
      ? `${d.file} isn't valid YAML, in ${1 + d.others.length} places.`
      : `${d.file}:${d.line}:${d.column} isn't valid YAML.`,
    why: d.others?.length
      ? atMost20([d, ...d.others].map(({ line, column, message }) => `${line}:${column}: ${message}`))
      : d.message,
    do: 'Fix it and save. A running Slipway reads the file again.',
  }),
  PROJECT_FILE_INVALID: (d: {
    file: string
    format: 'JSON' | 'XML'
    line: number
    column: number
    message: string
  }) => ({
    what: `${d.file}:${d.line}:${d.column} isn't valid ${d.format}.`,
    why: d.message,
    do: 'Fix it and save.',
  }),
  CONFIG_INVALID: (d: { file: string; others?: ConfigMistake[] } & ConfigMistake) => ({
    what: d.others?.length
      ? `${d.file} has ${1 + d.others.length} mistakes.`
      : `${d.file}:${d.line}:${d.column}: ${mistakeText(d)}`,
    why: d.others?.length
      ? mistakeLines([d, ...d.others])
      : 'Slipway checks slipway.yaml against its schema: silently ignoring what it doesn’t know would hide mistakes.',
    do: `Fix ${d.others?.length ? 'them' : 'it'} and save. A running Slipway reads the file again.`,
  }),
  CONNECTION_INVALID: (d: { file: string; reason: string }) => ({
    what: `${d.file} doesn't say how to reach the chaincode's server over TLS.`,
    why: d.reason,
    do: 'Fix the file: it needs root_cert, and with client_auth_required also client_cert and client_key, each as PEM text with \\n for line breaks. Or set tls_required to false.',
  }),
  NAME_INVALID: (d: { what: string; value: string; allowed: string }) => ({
    what: `"${d.value}" isn't a valid chaincode ${d.what}.`,
    why: `Fabric allows ${d.allowed}.`,
    do: `Choose another ${d.what} with --${d.what} or in slipway.yaml.`,
  }),
  USAGE: (d: { message: string; do?: string }) => ({
    what: 'Slipway doesn’t understand the command.',
    why: d.message,
    do: d.do ?? 'See `slipway --help`.',
  }),
  MODE_DIFFERS: (d: { name: string; mode: string; wanted: string; pid: number }) => ({
    what: `${d.name} runs in ${d.mode} mode, but you asked for --mode ${d.wanted}.`,
    why: `Slipway is already running for this folder (process ${d.pid}), and a single call doesn't change its mode.`,
    do: 'Leave out --mode, switch the mode in the running Slipway, or stop it and call again.',
  }),
  STILL_RUNNING: (d: { dataDir: string; pid: number }) => ({
    what: 'Slipway is still running for this folder.',
    why: `Process ${d.pid} is using ${d.dataDir} and may need what you want to remove.`,
    do: 'Stop it first. It removes its own containers; `slipway clean` then removes its images.',
  }),
}

function mistakeText({ path, message }: ConfigMistake): string {
  return `${path === '' ? 'the file' : `\`${path}\``} ${message}${message.endsWith('?') ? '' : '.'}`
}

function mistakeLines(mistakes: ConfigMistake[]): string {
  return atMost20(mistakes.map((mistake) => `${mistake.line}:${mistake.column}: ${mistakeText(mistake)}`))
}

/** The rest is reported once these are fixed. */
function atMost20(lines: string[]): string {
  const shown = lines.slice(0, 20)
  if (lines.length > shown.length) shown.push(`… and ${lines.length - shown.length} more.`)
  return shown.join('\n')
}
