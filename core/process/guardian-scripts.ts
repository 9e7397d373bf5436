/**
 * What a guardian runs. Both read lines of a word and a number from stdin: `watch` and `forget` a process, `arm`, `bye`.
 * At the end of stdin they kill what is watched, and run what they were given if they are armed.
 */

/**
 * Where a watched process is the head of its own session and group. Ignores what a terminal sends to everybody. What it has
 * started in other groups of its session, as a debugger does, lives on without it on Linux (see session.ts): fields 3 and 4
 * of proc_pid_stat(5), counted from what follows the name.
 *
 * The name is what a process calls itself: up to 15 bytes, unescaped. One with a newline cuts the line that is read, which
 * could then give any group, or with 1 or nothing every process. A whole line has 50 fields behind the name, a cut one fewer
 * than ten, as long as `set -f` keeps its wildcards from becoming files.
 */
export const GUARDIAN_SH = `
trap '' HUP INT QUIT TERM
groups=
armed=
while read -r word id; do
  case $word in
    watch) groups="$groups $id" ;;
    forget)
      left=
      for group in $groups; do [ "$group" = "$id" ] || left="$left $group"; done
      groups=$left ;;
    arm) armed=yes ;;
    bye) exit 0 ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done
end_if_theirs() {
  [ $# -ge 40 ] && [ "$3" -gt 1 ] || return
  case " $groups " in *" $4 "*) kill -s KILL -- "-$3" ;; esac
}
for file in /proc/[0-9]*/stat; do
  set -f
  read -r stat <"$file" && end_if_theirs \${stat##*) }
done
[ -z "$armed" ] || exec "$@"
`

/**
 * On Windows, where a process keeps the number of its parent after that has gone. A process that Node itself starts there
 * ends with Node, by a job object of libuv's (uv_spawn, src/win/process.c 1.51), but not what that one has started.
 */
export const GUARDIAN_PS1 = `
$ErrorActionPreference = 'SilentlyContinue'
$watched = @{}
$armed = $false
while ($null -ne ($line = [Console]::In.ReadLine())) {
  $word, $id = $line.Split(' ')
  switch ($word) {
    'watch' { $watched[[int]$id] = $true }
    'forget' { $watched.Remove([int]$id) }
    'arm' { $armed = $true }
    'bye' { exit 0 }
  }
}
$all = @(Get-CimInstance Win32_Process | Select-Object ProcessId, ParentProcessId)
$ids = @($watched.Keys)
$found = @()
while ($ids.Count -gt 0) {
  $found += $ids
  $ids = @($all | Where-Object { $ids -contains [int]$_.ParentProcessId -and $found -notcontains [int]$_.ProcessId } | ForEach-Object { [int]$_.ProcessId })
}
foreach ($id in $found) { Stop-Process -Id $id -Force }
if ($armed) {
  $afterwards = @(ConvertFrom-Json $env:SLIPWAY_AFTERWARDS)
  & $afterwards[0] $afterwards[1..($afterwards.Count - 1)]
}
`
