import type { Described, Values } from './described.ts'

/** What bash and zsh look up: `case` branches that set `reply`. */
export function posixTables(commands: Described[]): { paths: string; flagValues: string; operands: string } {
  const flagValues = commands.flatMap(({ path, flags }) =>
    flags.flatMap(({ names, value }) =>
      value === undefined ? [] : [branch(names.map((name) => quoted(`${path} ${name}`)).join('|'), asText(value))],
    ),
  )
  const operands = commands.flatMap(({ path, operands: all }) =>
    all.map(({ values, repeats }, index) =>
      branch(repeats ? `${quoted(`${path} `)}*` : quoted(`${path} ${index}`), asText(values)),
    ),
  )
  const subcommands = commands.slice(1).map(({ path }) => quoted(path))
  return { paths: subcommands.join('|'), flagValues: flagValues.join('\n'), operands: operands.join('\n') }
}

/** Single quotes, as every POSIX shell reads them. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function branch(pattern: string, reply: string): string {
  return `    ${pattern}) reply=${quoted(reply)} ;;`
}

function asText(values: Values): string {
  return values.of === 'words' ? `words ${values.words.join(' ')}` : values.of
}
