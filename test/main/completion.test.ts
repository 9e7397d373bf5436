import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { beforeEach, expect, test, type TestContext } from 'vitest'
import { described } from '../../main/cli/completion/described.ts'
import { completionScript } from '../../main/cli/completion/scripts.ts'
import { shells, type Shell } from '../../main/cli/completion/shells.ts'
import { newProgram } from '../../main/cli/program.ts'
import { tempFolder } from '../support/temp.ts'

/** A folder with `a folder/`, `b/` and a file, where completion starts. */
let here: string

beforeEach(async () => {
  here = await tempFolder('completion')
  await mkdir(join(here, 'a folder'))
  await mkdir(join(here, 'b'))
  await writeFile(join(here, 'cert.pem'), '')
})

const programs: Record<Shell, string> = { bash: 'bash', zsh: 'zsh', fish: 'fish', powershell: 'pwsh' }

/** Skip, with the reason, where the shell isn't installed. */
function needsShell({ skip }: TestContext, shell: Shell): void {
  if (spawnSync(programs[shell], ['--version']).error !== undefined) skip(`${programs[shell]} is not installed`)
}

function run(shell: Shell, args: string[]): string[] {
  const output = execFileSync(programs[shell], args, { cwd: here, encoding: 'utf8' })
  return output.split('\n').filter((line) => line !== '')
}

const script = (shell: Shell) => completionScript(shell, described(newProgram('1.2.3')))

/** What bash's `complete -F` calls, with the words as bash splits them. */
function inBash(...words: string[]): string[] {
  return run('bash', [
    ...['--norc', '-c'],
    `${script('bash')}\nCOMP_WORDS=(slipway "$@"); COMP_CWORD=$#; _slipway; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ...['bash', ...words],
  ])
}

test('bash offers commands, flags, choices, folders and files where each of them can stand', (context) => {
  needsShell(context, 'bash')
  expect(inBash('')).toEqual(expect.arrayContaining(['run', 'submit', 'open', 'identity', 'completion']))
  expect(inBash('ev')).toEqual(['evaluate'])
  expect(inBash('run', '--mo')).toEqual(['--mode'])
  expect(inBash('run', '--mode', '')).toEqual(['dev', 'net'])
  expect(inBash('run', '--mode', '=', 'n')).toEqual(['net'])
  expect(inBash('run', '--mode', '=')).toEqual(['dev', 'net'])
  expect(inBash('run', 'b', '').sort()).toEqual(['a folder', 'b'])
  expect(inBash('submit', '--name', 'run', 'b', '')).toEqual([])
  expect(inBash('submit', '--', '--')).toEqual([])
  expect(inBash('identity', 'issue', '.', 'ada', '--role', 'o')).toEqual(['orderer'])
  expect(inBash('identity', 'import', '.', 'ada', '--cert', 'c')).toEqual(['cert.pem'])
  expect(inBash('identity', 'export', '--ms')).toEqual(['--msp'])
  expect(inBash('completion', '').sort()).toEqual([...shells].sort())
})

/** zsh completes only at a prompt, so its builtins are recorded: what they would offer, filtered by nobody. */
function inZsh(...words: string[]): string[] {
  return run('zsh', [
    ...['-f', '-c'],
    `compdef() { : }
compadd() { shift; print -l -- "$@" }
_files() { print -- "files $*" }
_describe() { print -l -- "\${(P@)@[-1]}" }
compset() { PREFIX=\${PREFIX#*=} }
${script('zsh')}
words=(slipway "$@"); CURRENT=$#words; PREFIX=$words[-1]; _slipway; true`,
    ...['zsh', ...words],
  ])
}

test('zsh is given what can stand there', (context) => {
  needsShell(context, 'zsh')
  expect(inZsh('')).toEqual(expect.arrayContaining([expect.stringMatching(/^run:./), expect.stringMatching(/^open:./)]))
  expect(inZsh('run', '--mode', '')).toEqual(['dev', 'net'])
  expect(inZsh('run', '--mode=n')).toEqual(['dev', 'net'])
  expect(inZsh('run', '--')).toContainEqual(expect.stringMatching(/^--no-watch:./))
  expect(inZsh('run', '')).toEqual(['files -/'])
  expect(inZsh('submit', 'b', '')).toEqual([])
  expect(inZsh('identity', 'import', '.', 'ada', '--cert', '')).toEqual(['files '])
  expect(inZsh('completion', '')).toEqual([...shells])
})

function inFish(line: string): string[] {
  return run('fish', ['--no-config', '-c', `${script('fish')}\ncomplete -C ${JSON.stringify(line)}`]).map(
    (offered) => offered.split('\t')[0] ?? '',
  )
}

test('fish offers what can stand there', (context) => {
  needsShell(context, 'fish')
  expect(inFish('slipway ')).toEqual(expect.arrayContaining(['run', 'open', 'identity']))
  expect(inFish('slipway run --mo')).toEqual(['--mode'])
  expect(inFish('slipway run --mode ')).toEqual(['dev', 'net'])
  expect(inFish('slipway run ').sort()).toEqual(['a folder/', 'b/'])
  expect(inFish('slipway submit b ')).toEqual([])
  expect(inFish('slipway identity issue . ada --role o')).toEqual(['orderer'])
  expect(inFish('slipway identity import . ada --cert c')).toEqual(['cert.pem'])
})

function inPowershell(line: string): string[] {
  const complete = `${script('powershell')}
(TabExpansion2 -inputScript '${line}' -cursorColumn ${line.length}).CompletionMatches | ForEach-Object { $_.CompletionText }`
  return run('powershell', ['-NoProfile', '-Command', complete]).map((text) => text.trim())
}

test('PowerShell offers what can stand there', (context) => {
  needsShell(context, 'powershell')
  expect(inPowershell('slipway ')).toEqual(expect.arrayContaining(['run', 'open', 'identity']))
  expect(inPowershell('slipway run --mo')).toEqual(['--mode'])
  expect(inPowershell('slipway run --mode ')).toEqual(['dev', 'net'])
  expect(inPowershell('slipway identity issue . ada --role o')).toEqual(['orderer'])
  expect(inPowershell('slipway run b')).toEqual(['b'])
})

test('a description that a shell could run is not run', (context) => {
  needsShell(context, 'bash')
  const program = new Command('slipway')
  program
    .command('run')
    .description('$(touch ran) `touch ran` \\ "quoted" \'single\' : ’ [x]')
    .option('--it', "it's $HOME")
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    if (spawnSync(programs[shell], ['--version']).error !== undefined) continue
    const text = `${shell === 'zsh' ? 'compdef() { : }\n' : ''}${completionScript(shell, described(program))}`
    const read = spawnSync(programs[shell], ['-c', text], { cwd: here, encoding: 'utf8' })
    expect(read).toMatchObject({ status: 0, stderr: '' })
  }
  expect(readdirSync(here)).not.toContain('ran')
})
