import type { Described, Values } from './described.ts'

/** For Windows PowerShell 5 and PowerShell 7. */
export function powershellScript(commands: Described[]): string {
  return `# Completes slipway in PowerShell. Put this line into the file that $PROFILE names:
#   slipway completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName slipway, slipway.cmd -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $commands = @{
${commands.map(entry).join('\n')}
  }
  $path = 'slipway'; $count = 0; $pending = $null; $literal = $false
  $typed = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or ($_.Extent.EndOffset -eq $cursorPosition -and $wordToComplete -eq '') } | ForEach-Object { $_.ToString() })
  foreach ($word in @($typed | Select-Object -Skip 1)) {
    if ($pending) { $pending = $null }
    elseif ($literal) { $count++ }
    elseif ($word -ceq '--') { $literal = $true }
    elseif ($commands.ContainsKey("$path $word")) { $path = "$path $word" }
    elseif ($word.StartsWith('-')) { $pending = $commands[$path].Takes[$word] }
    else { $count++ }
  }
  $here = $commands[$path]
  $offers = @()
  if ($pending) { $values = $pending }
  else {
    if (-not $literal -and $count -eq 0) { $offers += $here.Subcommands }
    if (-not $literal -and $wordToComplete.StartsWith('-')) { $offers += $here.Flags }
    $values = @(if ($count -lt $here.Operands.Count) { $here.Operands[$count] } elseif ($here.Repeats) { $here.Operands[-1] })
  }
  if ($values -and $values[0] -eq 'words') { $offers += @($values | Select-Object -Skip 1 | ForEach-Object { ,@($_, $_) }) }
  foreach ($offer in $offers) {
    if ($offer[0].StartsWith($wordToComplete)) {
      [System.Management.Automation.CompletionResult]::new($offer[0], $offer[0], 'ParameterValue', $offer[1])
    }
  }
  if ($values -and $values[0] -in 'folders', 'files') {
    foreach ($item in Get-ChildItem -Path "$wordToComplete*" -Directory:($values[0] -eq 'folders') -ErrorAction SilentlyContinue) {
      $name = Join-Path (Split-Path $wordToComplete) $item.Name -ErrorAction SilentlyContinue
      if (-not $name) { $name = $item.Name }
      $text = if ($name -match '\\s') { "'$($name -replace "'", "''")'" } else { $name }
      [System.Management.Automation.CompletionResult]::new($text, $name, 'ProviderItem', $item.FullName)
    }
  }
}
`
}

function entry({ path, subcommands, flags, operands }: Described): string {
  const pairs = (all: { name: string; description: string }[]) =>
    `@(${all.map(({ name, description }) => `,@(${quoted(name)}, ${quoted(description || name)})`).join('; ')})`
  const flagNames = flags.flatMap(({ names, description }) => names.map((name) => ({ name, description })))
  const values = flags.flatMap(({ names, value }) =>
    value === undefined ? [] : names.map((name) => `${quoted(name)} = ${list(value)}`),
  )
  return `    ${quoted(path)} = @{
      Subcommands = ${pairs(subcommands)}
      Flags = ${pairs(flagNames)}
      Takes = @{ ${values.join('; ')} }
      Operands = @(${operands.map((operand) => `,${list(operand.values)}`).join('; ')})
      Repeats = $${operands.some(({ repeats }) => repeats)}
    }`
}

function list(values: Values): string {
  const words = values.of === 'words' ? ['words', ...values.words] : [values.of]
  return `@(${words.map(quoted).join(', ')})`
}

function quoted(text: string): string {
  // PowerShell takes a typographic apostrophe for a quote too.
  return `'${text.replaceAll(/['‘’]/g, '$&$&')}'`
}
