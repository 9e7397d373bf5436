import path from 'node:path'
import { watchedBy } from '../../project/path-patterns.ts'
import { readJson } from './installed.ts'

/** The root of the npm or Yarn workspace that a folder is a member of; undefined if it isn't in one. */
export async function workspaceRoot(folder: string): Promise<string | undefined> {
  for (let at = folder; at !== path.dirname(at);) {
    at = path.dirname(at)
    const workspaces = (await readJson(path.join(at, 'package.json')))?.workspaces
    const patterns = Array.isArray(workspaces) ? workspaces : workspaces?.packages
    if (patterns !== undefined && (await isMember(path.relative(at, folder), patterns))) return at
  }
  return undefined
}

async function isMember(folder: string, patterns: string[]): Promise<boolean> {
  // From the root on, as npm reads them.
  const anchored = patterns.map((pattern) => pattern.replace(/^(!?)(?:\.?\/)?/, '$1/'))
  const matches = await watchedBy(anchored).catch(() => () => false)
  return matches(folder.replaceAll('\\', '/'))
}
