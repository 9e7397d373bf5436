import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** How far `extends` is followed. */
const DEEPEST = 5

/**
 * Whether TypeScript finds a module by `paths` or `baseUrl` of tsconfig.json. It only checks types by them: Node gets
 * the name as it is written, and no package of that name exists.
 */
export function isPathAlias(folder: string, specifier: string): boolean {
  const { patterns, base } = readAliases(path.join(folder, 'tsconfig.json'), 0)
  if (patterns.some((pattern) => matches(pattern, specifier))) return true
  return base !== undefined && isSource(path.join(base, specifier))
}

interface Aliases {
  patterns: string[]
  /** `baseUrl`, absolute. */
  base: string | undefined
}

function readAliases(file: string, depth: number): Aliases {
  const text = depth > DEEPEST ? undefined : read(file)
  if (text === undefined) return { patterns: [], base: undefined }
  const block = /"paths"\s*:\s*\{([^}]*)\}/.exec(text)?.[1]
  const baseUrl = /"baseUrl"\s*:\s*"([^"]+)"/.exec(text)?.[1]
  const extended = /"extends"\s*:\s*"(\.[^"]+)"/.exec(text)?.[1]
  const inherited = extended === undefined ? undefined : readAliases(besides(file, extended), depth + 1)
  return {
    patterns: block === undefined ? (inherited?.patterns ?? []) : keysOf(block),
    base: baseUrl === undefined ? inherited?.base : path.resolve(path.dirname(file), baseUrl),
  }
}

function besides(file: string, extended: string): string {
  return path.resolve(path.dirname(file), extended.endsWith('.json') ? extended : `${extended}.json`)
}

function keysOf(block: string): string[] {
  return [...block.matchAll(/"([^"]+)"\s*:\s*\[/g)].map(([, key = '']) => key)
}

/** Without comments; a name such as `"@/*"` begins none. */
function read(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    return text.replace(/("(?:\\.|[^"\\])*")|\/\/.*|\/\*[\s\S]*?\*\//g, (_, quoted?: string) => quoted ?? '')
  } catch {
    // Without one there are no aliases.
    return undefined
  }
}

function matches(pattern: string, specifier: string): boolean {
  const [before = '', after] = pattern.split('*')
  if (after === undefined) return specifier === pattern
  // `"*"` alone stands for every package too.
  return pattern !== '*' && specifier.startsWith(before) && specifier.endsWith(after)
}

function isSource(place: string): boolean {
  return ['.ts', '.tsx', '.js', '/index.ts', '/index.js'].some((ending) => existsSync(`${place}${ending}`))
}
