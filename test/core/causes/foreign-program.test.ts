import { expect, test } from 'vitest'
import { readCause } from '../../../core/causes/causes.ts'
import { ownFiles } from '../../../core/causes/own-files.ts'

const causeOf = (...lines: string[]) => readCause(lines, ownFiles('/cc')).cause

/** Captured: programs of other processors and systems, started by execvp, by which tini and env start theirs. */
test.each([
  ['dash, ELF of arm64', '/srv/cc: 1: \u007fELF\u0002\u0001\u0001\u0002\ufffd\u0007\ufffd@\ufffd(^H@: not found'],
  ['dash, ELF cut at its first line end', '/srv/cc: 1: \u007fELF\u0002\u0002\u0001\u0002\u0016\u0001: not found'],
  ['dash, Mach-O', './cc: 1: \ufffd\ufffd\ufffd\ufffd\u000c\u0001\u0002\u0010\u0010: not found'],
  ['dash, PE', './cc.exe: 1: MZ\ufffd\u0003\u0004\ufffd\ufffd@\u000e\u001f: not found'],
  ['dash, before it ran anything', '/srv/cc: 1: Syntax error: word unexpected (expecting ")")'],
  ['dash, before it ran anything, another', '/srv/cc: 1: Syntax error: "(" unexpected'],
  ['busybox', '/srv/cc: line 1: syntax error: unexpected word (expecting ")")'],
  ['bash', './cc: ./cc: cannot execute binary file'],
  ['bash, with the kernel’s words', 'bash: ./cc: cannot execute binary file: Exec format error'],
  ['runc without an init', 'exec /srv/cc: exec format error'],
  ['crun', 'exec container process `/srv/cc`: Exec format error'],
  ['tini in an image without a shell for it', '[FATAL tini (7)] exec /srv/cc failed: Exec format error'],
])('%s: for another system', (_name, line) => {
  expect(causeOf('starting', line)).toMatchObject({ kind: 'native', message: expect.stringContaining('cc') })
})

test('what a shell says of the rest of it is no cause', () => {
  const [first, second] = ['/srv/cc: 1: \u007fELF\u0002: not found', '/srv/cc: 16: Syntax error: ")" unexpected']
  expect(causeOf(first, '/srv/cc: 2: \ufffd\ufffd: not found', second)).toMatchObject({ kind: 'native' })
})

test.each([
  ['start.sh: 1: Syntax error: "(" unexpected'],
  ['/srv/start.sh: 1: Syntax error: "(" unexpected'],
  ['/srv/start: 7: Syntax error: "fi" unexpected'],
  ['sh: 1: nonsuch: not found'],
  ['/srv/start: 1: größe: not found'],
])('%s: a mistake in a script', (line) => {
  expect(causeOf(line)?.kind).not.toBe('native')
})
