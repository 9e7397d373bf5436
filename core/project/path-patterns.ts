import type { Glob } from './glob.ts'

/** Whether a path is meant. It is relative to the chaincode's folder, with forward slashes. */
export type PathTest = (path: string) => boolean

/**
 * The paths that `ignore` of slipway.yaml names, as .gitignore reads such a list: the last pattern that matches a path
 * decides, and everything in an ignored folder is ignored.
 */
export async function ignoredBy(patterns: readonly string[]): Promise<PathTest> {
  if (patterns.length === 0) return () => false
  const globs = await parseAll(patterns)
  const isIgnored: PathTest = (path) => globs.findLast((glob) => glob.matches(path))?.negated === false
  return (path) => foldersAndPath(path).some(isIgnored)
}

/**
 * The paths that `watch` of slipway.yaml selects: the last pattern that matches a path or a folder it is in decides.
 * A list that begins with a negated pattern selects every other path.
 */
export async function watchedBy(patterns: readonly string[] | undefined): Promise<PathTest> {
  if (patterns === undefined) return () => true
  const globs = await parseAll(patterns)
  const otherwise = globs[0]?.negated === true
  return (path) => {
    const paths = foldersAndPath(path)
    const last = globs.findLast((glob) => paths.some(glob.matches))
    return last === undefined ? otherwise : !last.negated
  }
}

async function parseAll(patterns: readonly string[]): Promise<Glob[]> {
  // Loaded only here: most folders name no patterns.
  const { parseGlob } = await import('./glob.ts')
  return patterns.map(parseGlob)
}

/** The folders that a path is in, from the top, then the path itself. */
function foldersAndPath(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'))
}
