/** Quotes a word of a command for that system's shell. */
export function quoteFor(platform: NodeJS.Platform): (text: string) => string {
  return platform === 'win32' ? powerShell.quote : posix.quote
}

export interface Shell {
  quote: (text: string) => string
  call: (argv: string[]) => string
  /** A command of the author's, which may use the variables set before it. */
  own: (command: string) => string
  /** A line whose output also goes to a file. */
  also: (line: string, file: string) => string
  together: (build: string | undefined, env: Record<string, string>, line: string) => string
}

export const posix: Shell = {
  quote: (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`),
  call: (argv) => argv.map(posix.quote).join(' '),
  // A shell expands a line's variables before it sets the ones in front of it.
  own: (command) => (command.includes('$') ? `sh -c ${posix.quote(command)}` : command),
  also: (line, file) => `${line} 2>&1 | tee ${posix.quote(file)}`,
  together(build, env, line) {
    const variables = Object.entries(env).map(([name, value]) => `${name}=${posix.quote(value)}`)
    // One line each to build, to set and to run: people read it before they paste it.
    return [...(build === undefined ? [] : [`${build} &&`]), variables.join(' '), line].join(' \\\n')
  },
}

export const powerShell: Shell = {
  quote: (text) => (/^[\w:./\\]+$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`),
  call: ([program = '', ...args]) => {
    // A quoted program name must be called with &.
    const quoted = powerShell.quote(program)
    return [quoted === program ? program : `& ${quoted}`, ...args.map(powerShell.quote)].join(' ')
  },
  own: (command) => command,
  also: (line, file) => `${line} 2>&1 | Tee-Object -FilePath ${powerShell.quote(file)}`,
  together(build, env, line) {
    const variables = Object.entries(env).map(([name, value]) => `$env:${name}='${value.replaceAll("'", "''")}'; `)
    // PowerShell 5 doesn't know &&.
    return build === undefined ? `${variables.join('')}${line}` : `${build}; if ($?) { ${variables.join('')}${line} }`
  },
}
