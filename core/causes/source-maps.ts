import { existsSync } from 'node:fs'
import { SourceMap } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { isInside } from './own-files.ts'
import { readText, stampOf } from './text-file.ts'

/** A place in a file that code was compiled from. `file` is absolute; line and column count from 1. */
export interface Original {
  file: string
  line: number
  column: number
}

interface Kept {
  /** When the compiled file and its map were written. */
  stamp: string
  map: SourceMap | undefined
  /** What the sources' names are relative to. */
  from: string
}

const MOST_KEPT = 32
/** At the end of compiled JavaScript: where its map is, or the map itself. */
const MAPPED = /^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm
const INLINE = /^data:application\/json(?:;charset=[\w-]+)?;base64,/

/**
 * What compiled JavaScript in this folder was compiled from, as its source map says: beside it, where its last line names
 * it, or inside it. Maps are kept until the file changes: a chaincode may print thousands of frames. Undefined without a
 * map. No file outside the folder is looked at, whatever a map names. Never throws. `compiled`: absolute, in the folder.
 */
export function newSourceMaps(
  folder: string,
): (compiled: string, line: number, column?: number) => Original | undefined {
  const kept = new Map<string, Kept>()

  function find(compiled: string, line: number, column?: number): Original | undefined {
    const { map, from } = mapOf(kept, folder, compiled)
    if (map === undefined) return undefined
    // Without a column, that of the first code in the line.
    for (const at of column === undefined ? [1, 5, 9] : [column]) {
      const origin = map.findOrigin(line, at)
      if (!('fileName' in origin)) continue
      const file = sourceFile(origin.fileName, from)
      if (file === undefined || !isInside(folder, file)) return undefined
      // Bundlers invent names; a link to no file helps nobody.
      return existsSync(file) ? { file, line: origin.lineNumber, column: origin.columnNumber } : undefined
    }
    return undefined
  }

  return (compiled, line, column) => {
    try {
      return find(compiled, line, column)
    } catch {
      // Node's class doesn't check a map, and a map may name what is no file here: file://host/a.ts.
      return undefined
    }
  }
}

function mapOf(kept: Map<string, Kept>, folder: string, compiled: string): Kept {
  const stamp = `${stampOf(compiled)} ${stampOf(`${compiled}.map`)}`
  const known = kept.get(compiled)
  if (known?.stamp === stamp) return known
  const read = { stamp, ...readMap(folder, compiled) }
  kept.delete(compiled)
  kept.set(compiled, read)
  for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest)
  return read
}

function readMap(root: string, compiled: string): Omit<Kept, 'stamp'> {
  try {
    const { text, beside } = mapText(root, compiled)
    if (text === undefined) return { map: undefined, from: beside }
    type Payload = Omit<ConstructorParameters<typeof SourceMap>[0], 'sourceRoot'> & { sourceRoot?: string }
    const { sourceRoot = '', ...others } = JSON.parse(text) as Payload
    // Node's class doesn't look at sourceRoot.
    return { map: new SourceMap({ ...others, sourceRoot }), from: path.resolve(beside, sourceRoot) }
  } catch {
    // It has a map that can't be read: the compiled file is all there is.
    return { map: undefined, from: path.dirname(compiled) }
  }
}

/** `beside`: the folder that the map's names are relative to. */
function mapText(root: string, compiled: string): { text: string | undefined; beside: string } {
  const folder = path.dirname(compiled)
  const code = readText(compiled)
  if (code === undefined) return { text: undefined, beside: folder }
  const url = [...code.matchAll(MAPPED)].at(-1)?.[1]
  if (url !== undefined && INLINE.test(url)) {
    return { text: Buffer.from(url.slice(url.indexOf(',') + 1), 'base64').toString('utf8'), beside: folder }
  }
  const file = url === undefined ? `${compiled}.map` : path.resolve(folder, decodeURI(url))
  return { text: isInside(root, file) ? readText(file) : undefined, beside: path.dirname(file) }
}

/** The format allows null for a source without a name. */
function sourceFile(name: string | null, from: string): string | undefined {
  if (name === null) return undefined
  return name.startsWith('file:') ? fileURLToPath(name) : path.resolve(from, name)
}
