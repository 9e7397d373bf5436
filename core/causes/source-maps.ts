import { existsSync, readFileSync, statSync } from 'node:fs'
import { SourceMap } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

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
 * What compiled JavaScript was compiled from, as its source map says: beside it, where its last line names it, or inside
 * it. Maps are kept until the file changes: a chaincode may print thousands of frames. Undefined without a map.
 */
export function newSourceMaps(): (compiled: string, line: number, column?: number) => Original | undefined {
  const kept = new Map<string, Kept>()
  return (compiled, line, column) => {
    const { map, from } = mapOf(kept, compiled)
    if (map === undefined) return undefined
    // Without a column, that of the first code in the line.
    for (const at of column === undefined ? [1, 5, 9] : [column]) {
      const origin = map.findOrigin(line, at)
      if (!('fileName' in origin)) continue
      const file = sourceFile(origin.fileName, from)
      // Bundlers invent names; a link to no file helps nobody.
      return existsSync(file) ? { file, line: origin.lineNumber, column: origin.columnNumber } : undefined
    }
    return undefined
  }
}

function mapOf(kept: Map<string, Kept>, compiled: string): Kept {
  const stamp = `${written(compiled)} ${written(`${compiled}.map`)}`
  const known = kept.get(compiled)
  if (known?.stamp === stamp) return known
  const read = { stamp, ...readMap(compiled) }
  kept.delete(compiled)
  kept.set(compiled, read)
  for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest)
  return read
}

function written(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats === undefined ? '' : `${stats.mtimeMs}/${stats.size}`
}

function readMap(compiled: string): Omit<Kept, 'stamp'> {
  const folder = path.dirname(compiled)
  try {
    const { text, beside } = mapText(compiled)
    type Payload = Omit<ConstructorParameters<typeof SourceMap>[0], 'sourceRoot'> & { sourceRoot?: string }
    const { sourceRoot = '', ...others } = JSON.parse(text) as Payload
    // Node's class doesn't look at sourceRoot.
    return { map: new SourceMap({ ...others, sourceRoot }), from: path.resolve(beside, sourceRoot) }
  } catch {
    // It has no map, or one that can't be read: the compiled file is all there is.
    return { map: undefined, from: folder }
  }
}

/** `beside`: the folder that the map's names are relative to. */
function mapText(compiled: string): { text: string; beside: string } {
  const folder = path.dirname(compiled)
  const url = [...readFileSync(compiled, 'utf8').matchAll(MAPPED)].at(-1)?.[1]
  if (url === undefined) return { text: readFileSync(`${compiled}.map`, 'utf8'), beside: folder }
  if (INLINE.test(url)) {
    return { text: Buffer.from(url.slice(url.indexOf(',') + 1), 'base64').toString('utf8'), beside: folder }
  }
  const file = path.resolve(folder, decodeURI(url))
  return { text: readFileSync(file, 'utf8'), beside: path.dirname(file) }
}

function sourceFile(name: string, from: string): string {
  return name.startsWith('file:') ? fileURLToPath(name) : path.resolve(from, name)
}
