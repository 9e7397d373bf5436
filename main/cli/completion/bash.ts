import type { Described } from './described.ts'
import { posixTables, quoted } from './posix-tables.ts'

/** For bash from 3.2, which macOS has; it doesn't need the bash-completion package. */
export function bashScript(commands: Described[]): string {
  const { paths, flagValues, operands } = posixTables(commands)
  const words = commands.map(({ path, subcommands, flags }) => {
    const names = [subcommands.map(({ name }) => name), flags.flatMap((flag) => flag.names)].map((all) => all.join(' '))
    return `    ${quoted(path)}) subcommands=${quoted(names[0] ?? '')} flags=${quoted(names[1] ?? '')} ;;`
  })
  return `# Completes slipway in bash. Put this line into ~/.bashrc:
#   eval "$(slipway completion bash)"
_slipway_flag_value() {
  reply=''
  case "$1" in
${flagValues}
  esac
}

_slipway_operand() {
  reply=''
  case "$1" in
${operands}
  esac
}

_slipway_offer() {
  local kind=\${1%% *} found
  case "$kind" in
    words) while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen -W "\${1#words}" -- "$2") ;;
    folders | files)
      type compopt >/dev/null 2>&1 && compopt -o filenames 2>/dev/null
      local only=-f
      [ "$kind" = folders ] && only=-d
      while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen "$only" -- "$2")
      ;;
  esac
}

_slipway() {
  local current=\${COMP_WORDS[COMP_CWORD]} path=slipway count=0 word index
  local pending='' literal='' reply='' subcommands='' flags=''
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    # bash makes three words of --mode=dev.
    if [ "$word" = = ]; then continue; fi
    if [ -n "$pending" ]; then pending='' && continue; fi
    if [ -z "$literal" ]; then
      if [ "$word" = -- ]; then literal=yes && continue; fi
      case "$path $word" in
        ${paths}) path="$path $word" && continue ;;
      esac
      case "$word" in
        -*)
          _slipway_flag_value "$path $word"
          pending=$reply
          continue
          ;;
      esac
    fi
    count=$((count + 1))
  done
  if [ "$current" = = ]; then current=''; fi
  if [ -n "$pending" ]; then _slipway_offer "$pending" "$current" && return; fi
  case "$path" in
${words.join('\n')}
  esac
  if [ -z "$literal" ] && [ "$count" = 0 ]; then _slipway_offer "words $subcommands" "$current"; fi
  case "$current" in
    -*) if [ -z "$literal" ]; then _slipway_offer "words $flags" "$current" && return; fi ;;
  esac
  _slipway_operand "$path $count"
  _slipway_offer "$reply" "$current"
}

complete -F _slipway slipway
`
}
