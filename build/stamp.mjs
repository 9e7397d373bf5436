/** Stamps each half of the build with its sources, and tells by the stamp what needs building. Node built-ins only. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasSources, isBuilt, isUntouched, readStamp, root, sourcesOf, stampFile, timesOf } from './freshness.mjs'

/** @typedef {import('./freshness.mjs').Half} Half */

/**
 * The halves that need building. If only times differ (a checkout, a copy), contents decide.
 * @param {Half[]} wanted
 * @returns {Half[]}
 */
export function staleHalves(wanted) {
  if (!hasSources()) return []
  return wanted.filter((half) => {
    if (isUntouched(half)) return false
    const stamp = stampOf(half)
    if (!isBuilt(half) || readStamp(half)?.contents !== stamp.contents) return true
    writeStamp(half, stamp)
    return false
  })
}

/**
 * The sources' present state. Taken before a build and written after it, so that a save during the build is noticed.
 * @param {Half} half
 */
export function stampOf(half) {
  return { times: timesOf(half), contents: contentsHash(filesOf(half)) }
}

/**
 * @param {Half} half
 * @param {{ times: string, contents: string }} stamp
 */
export function writeStamp(half, stamp) {
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(stampFile(half), `${JSON.stringify(stamp)}\n`)
}

/** @param {Half} half */
function filesOf(half) {
  return sourcesOf(half)
    .flatMap((path) => filesUnder(path))
    .sort()
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(path) {
  const stats = statSync(root + path, { throwIfNoEntry: false })
  if (stats?.isDirectory()) return readdirSync(root + path).flatMap((name) => filesUnder(`${path}/${name}`))
  return stats?.isFile() ? [path] : []
}

/** @param {string[]} files */
function contentsHash(files) {
  const hash = createHash('sha256')
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\n')
  return hash.digest('hex')
}
