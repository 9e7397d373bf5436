/** What goes into a code package, and under which names: Fabric's rules for one language. */
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
  /** A file of the root that the package must have, and why. */
  required?: { file: string; reason: string } | undefined
}

/** Fabric recognises metadata by the beginning of its path (HasPrefix), so `META-INF-old` counts too, and is refused. */
export function isMetadata(rules: Pick<PackageRules, 'metadata'>, path: string): boolean {
  return path.startsWith(rules.metadata)
}

/** A file's name in the package. */
export function packagedName(rules: Pick<PackageRules, 'metadata'>, path: string): string {
  return isMetadata(rules, path) ? `META-INF${path.slice(rules.metadata.length)}` : `src/${path}`
}
