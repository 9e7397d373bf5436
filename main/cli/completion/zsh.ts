import type { Described } from './described.ts'
import { posixTables, quoted } from './posix-tables.ts'

/** For zsh with its completion system loaded (`compinit`). */
export function zshScript(commands: Described[]): string {
  const { paths, flagValues, operands } = posixTables(commands)
  const words = commands.map(({ path, subcommands, flags }) => {
    const commandsOf = subcommands.map(({ name, description }) => item(name, description))
    const flagsOf = flags.flatMap(({ names, description }) => names.map((name) => item(name, description)))
    return `    ${quoted(path)}) subcommands=(${commandsOf.join(' ')}) flags=(${flagsOf.join(' ')}) ;;`
  })
  return `#compdef slipway
# Completes slipway in zsh. Put this line into ~/.zshrc, after compinit:
#   eval "$(slipway completion zsh)"
_slipway_flag_value() {
  reply=
  case "$1" in
${flagValues}
  esac
}

_slipway_operand() {
  reply=
  case "$1" in
${operands}
  esac
}

_slipway_offer() {
  case "$1" in
    words\\ *) compadd -- \${=1#words} ;;
    folders) _files -/ ;;
    files) _files ;;
  esac
}

_slipway() {
  local at=slipway count=0 pending= literal= reply= word index
  local -a subcommands flags
  for ((index = 2; index < CURRENT; index++)); do
    word=\${words[index]}
    if [[ -n $pending ]]; then pending= && continue; fi
    if [[ -z $literal ]]; then
      if [[ $word == -- ]]; then literal=yes && continue; fi
      case "$at $word" in
        ${paths}) at="$at $word" && continue ;;
      esac
      if [[ $word == -* ]]; then
        _slipway_flag_value "$at $word"
        pending=$reply
        continue
      fi
    fi
    count=$((count + 1))
  done
  if [[ -z $pending && -z $literal && $PREFIX == --*=* ]]; then
    _slipway_flag_value "$at \${PREFIX%%=*}"
    pending=$reply
    compset -P 1 '*='
  fi
  if [[ -n $pending ]]; then _slipway_offer "$pending" && return; fi
  case "$at" in
${words.join('\n')}
  esac
  if [[ -z $literal && $PREFIX == -* ]]; then _describe -o flag flags && return; fi
  if [[ -z $literal && $count == 0 && \${#subcommands} -gt 0 ]]; then _describe command subcommands; fi
  _slipway_operand "$at $count"
  _slipway_offer "$reply"
}

compdef _slipway slipway
`
}

/** What \`_describe\` reads: a colon parts the word from its description. */
function item(word: string, description: string): string {
  return quoted(`${word.replaceAll(':', '\\:')}:${description}`)
}
