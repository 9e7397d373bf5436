import { SURE, type Reader } from './found.ts'

/** What dash, busybox and bash print of a script: its name, the line, and what is wrong. */
const SHELL = /^(\S+): (?:line )?(\d+): (.*)$/
/** How programs of Linux and Windows begin; those of macOS begin with bytes that are no text. */
const BEGINNING = /^(?:\u007fELF|MZ[^\w:]|\P{ASCII}*\ufffd)/u
const SYNTAX = /^syntax error: .*\bunexpected\b/i
/** bash looks before it reads. */
const BINARY = /^(?:\S+: )?(\S+): cannot execute binary file(?:: Exec format error)?$/

/**
 * A program that the kernel can't run, in the words of the shell that got it instead: execvp of glibc, by which tini and
 * `env` start theirs, takes it for a script (posix/execvpe.c, maybe_script_execute). Where it isn't text from its first
 * line on, it is none.
 */
export const readForeignProgram: Reader = (lines) => {
  for (const [at, line] of lines.entries()) {
    const binary = BINARY.exec(line)?.[1]
    if (binary !== undefined) return found(binary, SURE.certain, at)
    const [, program = '', number, words = ''] = SHELL.exec(line) ?? []
    if (number === undefined) continue
    if (BEGINNING.test(words)) return found(program, SURE.certain, at)
    // A script that a person wrote names its shell in the first line, or says what it is by its name.
    if (number === '1' && SYNTAX.test(words) && program.includes('/') && !program.endsWith('.sh'))
      return found(program, SURE.likely, at)
  }
  return undefined
}

function found(program: string, sure: number, at: number): ReturnType<Reader> {
  const message = `${program} is a program for another system or processor: a shell got it to read as a script`
  return { message, kind: 'native', sure, at }
}
