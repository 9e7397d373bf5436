/** What goes into a code package, and under which names: Fabric's rules of one language. */
export interface PackageRules {
  /** The folder that is packaged, absolute. */
  root: string
  /** Path, relative to the root, of the folder whose files go to `META-INF/`. */
  metadata: string
  /** Nothing below this folder goes in. `path` is relative to the root, with forward slashes. */
  leavesOutFolder(path: string): boolean
  leavesOutFile(path: string): boolean
  /** In the order a walk finds them, or folders first and then all by name. */
  order: 'walk' | 'folders-first'
  /** What the package must have, in words, where this file of the root is not in it. */
  required?: { file: string; reason: string }
}

/** Fabric tells metadata by how its path begins (HasPrefix), so `META-INF-old` counts as well, and is refused. */
export function isMetadata(rules: Pick<PackageRules, 'metadata'>, path: string): boolean {
  return path.startsWith(rules.metadata)
}

/** The name in the package of a file. */
export function packagedName(rules: Pick<PackageRules, 'metadata'>, path: string): string {
  return isMetadata(rules, path) ? `META-INF${path.slice(rules.metadata.length)}` : `src/${path}`
}
