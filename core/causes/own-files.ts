import path from 'node:path'
import type { CausePlace } from '../contract/cause.ts'
import type { Sources } from './found.ts'

/** Folders that hold others' code: what package managers install, and the runtimes' own sources. */
const OTHERS =
  /(?:^|[/\\])(?:node_modules|vendor|\.gradle|\.m2|\.pnpm|\.yarn)[/\\]|[/\\]pkg[/\\]mod[/\\]|[/\\](?:go|go-?\d[\w.-]*|golang|libexec)[/\\]src[/\\]|^(?:node:|internal\/|native:|evalmachine|<)|^_cgo_|^_testmain\.go$|^REPL\d*$/

/** The author's files, by where they are. `folder`: the chaincode's, where it is known. Pure. */
export function ownFiles(folder?: string): Sources {
  return {
    own(file, line, column) {
      const plain = file.replace(/^file:\/\/(?=\/(?![A-Za-z]:)|[A-Za-z]:)/, '').replace(/^file:\/\/\//, '')
      const inside = folder === undefined ? undefined : relative(plain, folder)
      if (OTHERS.test(inside ?? plain)) return undefined
      const place: CausePlace = { file: (inside ?? plain).replace(/^\.[/\\]/, '').replaceAll('\\', '/') }
      if (line !== undefined) place.line = line
      if (column !== undefined) place.column = column
      return place
    },
  }
}

/** Undefined if it is outside. */
function relative(file: string, folder: string): string | undefined {
  if (!path.isAbsolute(file)) return path.normalize(file)
  return isInside(folder, file) ? path.relative(folder, file) : undefined
}

/** Whether a file, absolute or relative to the folder, is in it by its name. Pure: it may be on a network's share. */
export function isInside(folder: string, file: string): boolean {
  const inside = path.relative(folder, path.resolve(folder, file))
  const isAbove = inside === '..' || inside.startsWith(`..${path.sep}`)
  return inside !== '' && !isAbove && !path.isAbsolute(inside)
}
