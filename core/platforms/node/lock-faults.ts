import { posix as path } from 'node:path'
import { satisfies, validRange } from 'semver'
import type { Declared, LockedPackages } from './lock-file.ts'

/**
 * Why `npm ci` would refuse to install by this lock file: the dependencies of package.json that it doesn't have, or has
 * in another version (npm 11, lib/utils/validate-lockfile.js). `place`: of that package.json, in a workspace's lock file.
 */
export function lockFaults(locked: LockedPackages, declared: Declared, place = ''): { name: string; fault: string }[] {
  const { dependencies, devDependencies, optionalDependencies = {} } = declared
  const all = Object.entries({ ...devDependencies, ...optionalDependencies, ...dependencies })
  return all.flatMap(([name, range]) => {
    const found = locked[path.join(place, 'node_modules', name)] ?? locked[`node_modules/${name}`]
    if (found === undefined) return name in optionalDependencies ? [] : [{ name, fault: `${name} is not in it` }]
    // Not a range of versions: a folder, a tag, an alias, an address.
    if (found.version === undefined || found.link === true || validRange(range) === null) return []
    const isMet = satisfies(found.version, range, { includePrerelease: true })
    return isMet ? [] : [{ name, fault: `it has ${name} ${found.version}, package.json asks for ${range}` }]
  })
}
