/** npm's lock files. If a folder has both, npm takes the first. */
export const NPM_LOCKS = ['npm-shrinkwrap.json', 'package-lock.json'] as const

/** What matters of a package in a lock file. */
export interface LockedPackage extends Declared {
  version?: string
  integrity?: string
  dev?: boolean
  devOptional?: boolean
  optional?: boolean
  peer?: boolean
  link?: boolean
  bin?: Record<string, string>
}

/** By place: `node_modules/fabric-shim`; the author's own package is at the empty one. */
export type LockedPackages = Record<string, LockedPackage>

/** What a package.json asks for. */
export interface Declared {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

/** The packages of a lock file of npm's, also of one from before npm 7. Undefined if it has none. */
export function lockedPackages(lock: unknown): LockedPackages | undefined {
  const { packages, dependencies } = { ...(lock as { packages?: LockedPackages; dependencies?: LockedPackages }) }
  if (packages !== undefined || dependencies === undefined) return packages
  // lockfileVersion 1 nests what isn't at the top: that is of no concern to package.json.
  return Object.fromEntries(Object.entries(dependencies).map(([name, each]) => [`node_modules/${name}`, each]))
}
