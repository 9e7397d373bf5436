import path from 'node:path'
import type { Difference } from '../../../contract/difference.ts'
import { lineAt, type Packaged } from '../packaged.ts'
import { goPathMatch } from './path-match.ts'

/** Files that a Go file embeds and that the package leaves out: hidden folders, and what `ignore` names. */
export function embedDifferences(packaged: Packaged, file: string, text: string): Difference[] {
  const inFolder = pathsBelow(path.posix.dirname(file))
  const files = inFolder([...packaged.files.keys()])
  const leftOut = inFolder([...packaged.leftOutFolders, ...packaged.ignored])
  return [...text.matchAll(/^\/\/go:embed\s+(.+)$/gm)].flatMap((match): Difference[] => {
    const missing = patternsOf(match[1] ?? '').filter(
      (pattern) =>
        !files.some((candidate) => embeds(pattern, candidate)) &&
        leftOut.some((candidate) => reaches(pattern, candidate)),
    )
    if (missing.length === 0) return []
    return [
      {
        name: 'file-left-out',
        what: `A peer can't build the chaincode: ${missing.join(', ')} is not in the package.`,
        why: 'The program embeds it, but a package leaves out hidden folders and whatever `ignore` in slipway.yaml names.',
        do: "Move it to a folder whose name doesn't begin with a dot, and remove it from `ignore`.",
        file: packaged.shown(file),
        line: lineAt(text, match.index),
        fatal: true,
      },
    ]
  })
}

/** Separated by spaces; Go's two kinds of quotes keep those of a pattern. */
function patternsOf(list: string): string[] {
  return [...list.matchAll(/"((?:\\.|[^"\\])*)"|`([^`]*)`|(\S+)/g)].map(
    ([, quoted, raw, plain]) => quoted?.replace(/\\(.)/g, '$1') ?? raw ?? plain ?? '',
  )
}

/** Of paths of the package, those below a folder, relative to it. */
function pathsBelow(folder: string): (paths: string[]) => string[] {
  if (folder === '.') return (paths) => paths
  const prefix = `${folder}/`
  return (paths) => paths.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length))
}

/** A file that the pattern matches, or one in a folder that it matches: those that begin with `.` or `_` only by `all:`. */
function embeds(pattern: string, file: string): boolean {
  const { glob, all } = parse(pattern)
  const depth = glob.split('/').length
  const parts = file.split('/')
  if (parts.length < depth || !matchesFirst(glob, file, depth)) return false
  return all || parts.slice(depth).every((part) => !/^[._]/.test(part))
}

/** Whether what was left out is what the pattern matches, below it, or a folder above it. */
function reaches(pattern: string, leftOut: string): boolean {
  const { glob } = parse(pattern)
  return matchesFirst(glob, leftOut, Math.min(glob.split('/').length, leftOut.split('/').length))
}

function matchesFirst(glob: string, file: string, depth: number): boolean {
  const first = (text: string) => text.split('/').slice(0, depth).join('/')
  return goPathMatch(first(glob))?.(first(file)) === true
}

function parse(pattern: string): { glob: string; all: boolean } {
  const all = pattern.startsWith('all:')
  return { glob: path.posix.normalize(all ? pattern.slice(4) : pattern), all }
}
