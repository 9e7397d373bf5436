import type { CauseKind } from '../contract/cause.ts'
import { SURE, type Reader } from './found.ts'

interface Form {
  pattern: RegExp
  kind: CauseKind
  sure: number
}

/** What shells, loaders, tini and container engines say of a program that they couldn't run or that was killed. */
const FORMS: Form[] = [
  { pattern: /\bexec format error\b/i, kind: 'native', sure: SURE.certain },
  { pattern: /^\[FATAL\s+tini \(\d+\)\] exec .+ failed: Permission denied$/, kind: 'permission', sure: SURE.certain },
  { pattern: /^\[FATAL\s+tini \(\d+\)\] .+/, kind: 'command', sure: SURE.certain },
  {
    pattern:
      /error while loading shared libraries: |version `GLIBC(?:XX)?_\S+' not found|Error loading shared library /,
    kind: 'native',
    sure: SURE.certain,
  },
  {
    pattern:
      /^(?:\S*sh: )?(?:line )?\d+: +\d+ (?:Segmentation fault|Bus error|Aborted|Killed|Illegal instruction)|^(?:Segmentation fault|Bus error|Illegal instruction|Killed)(?: \(core dumped\))?$|: line \d+: +\d+ (?:Segmentation fault|Killed|Aborted|Bus error)/,
    kind: 'crash',
    sure: SURE.likely,
  },
  {
    pattern:
      /^\S*(?:sh|bash)\S*: (?:line )?(?:\d+: )?.+: (?:command )?not found$|^'.+' is not recognized as an internal or external command/,
    kind: 'command',
    sure: SURE.likely,
  },
  {
    pattern: /^\S*(?:sh|bash)\S*: .*: Permission denied$|^exec \S+: permission denied$/,
    kind: 'permission',
    sure: SURE.likely,
  },
  {
    pattern: /^exec \S+: no such file or directory$|^\S*(?:sh|bash)\S*: .*: No such file or directory$/,
    kind: 'missing-file',
    sure: SURE.likely,
  },
]

export const readSystem: Reader = (lines) => {
  for (const { pattern, kind, sure } of FORMS) {
    const at = lines.findLastIndex((line) => pattern.test(line))
    if (at >= 0) return { message: (lines[at] ?? '').trim(), kind, sure, at }
  }
  return undefined
}
