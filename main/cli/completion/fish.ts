import type { Described, DescribedFlag, Values } from './described.ts'

export function fishScript(commands: Described[]): string {
  const known = commands.slice(1).map(({ path }) => quoted(path))
  const valued = commands.flatMap(({ path, flags }) =>
    flags.flatMap(({ names, value }) => (value === undefined ? [] : names.map((name) => quoted(`${path} ${name}`)))),
  )
  return `# Completes slipway in fish:
#   slipway completion fish > ~/.config/fish/completions/slipway.fish
set -g __slipway_paths ${known.join(' ')}
set -g __slipway_valued ${valued.join(' ')}

# Whether the command typed so far is the first argument, followed by as many arguments as the second says.
function __slipway_at
    set -l path slipway
    set -l count 0
    set -l pending 0
    set -l literal 0
    for word in (commandline -opc)[2..]
        if test $pending = 1
            set pending 0
        else if test $literal = 1
            set count (math $count + 1)
        else if test "$word" = --
            set literal 1
        else if contains -- "$path $word" $__slipway_paths
            set path "$path $word"
        else if string match -q -- '-*' "$word"
            contains -- "$path $word" $__slipway_valued; and set pending 1
        else
            set count (math $count + 1)
        end
    end
    test "$path" = "$argv[1]"; or return 1
    set -q argv[2]; or return 0
    string match -q -- '*+' "$argv[2]"; and test $count -ge (string trim -r -c + -- "$argv[2]"); and return 0
    test "$count" = "$argv[2]"
end

complete -c slipway -f
${commands.flatMap(lines).join('\n')}
`
}

function lines({ path, subcommands, flags, operands }: Described): string[] {
  return [
    ...subcommands.map(({ name, description }) => `${at(path, '0')} -a ${quoted(name)} -d ${quoted(description)}`),
    ...flags.map((flag) => `${at(path)} ${namesOf(flag)}${takes(flag.value)} -d ${quoted(flag.description)}`),
    ...operands.flatMap(({ values, repeats }, index) => {
      const offered = offer(values)
      return offered === '' ? [] : [`${at(path, `${index}${repeats ? '+' : ''}`)}${offered}`]
    }),
  ]
}

function at(path: string, count?: string): string {
  const test = `__slipway_at "${path}"${count === undefined ? '' : ` ${count}`}`
  return `complete -c slipway -n ${quoted(test)}`
}

function namesOf({ names }: DescribedFlag): string {
  return names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ')
}

function takes(value: Values | undefined): string {
  if (value === undefined) return ''
  return value.of === 'files' ? ' -r -F' : ` -x${offer(value)}`
}

function offer(values: Values): string {
  if (values.of === 'words') return ` -a ${quoted(values.words.join(' '))}`
  if (values.of === 'folders') return ` -a '(__fish_complete_directories)'`
  return values.of === 'files' ? ' -F' : ''
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
