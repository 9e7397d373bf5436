/**
 * Tells whether the build is up to date. Node built-ins only, because it runs before anything is installed; and it runs
 * at every start of the command line, so it must take only milliseconds.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The clone's root. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * The two halves of the build, their sources and their products. The command line needs only the first; a browser or
 * the window shows the second.
 */
const halves = {
  host: {
    sources: ['core', 'main', 'build/vite.config.ts', 'build/slipway.schema.json', 'package.json', 'package-lock.json'],
    products: ['dist/cli.js', 'dist/electron.js', 'dist/preload.cjs'],
  },
  renderer: {
    sources: ['renderer', 'core/contract', 'build/vite.config.ts', 'package.json', 'package-lock.json'],
    products: ['dist/renderer/index.html'],
  },
}

/** @typedef {keyof typeof halves} Half */

/** @type {Half[]} */
export const allHalves = ['host', 'renderer']

/**
 * The halves that need building. If only times differ (a checkout, a copy), contents decide.
 * A tree without sources is a packaged program, with nothing to build.
 * @param {Half[]} wanted
 * @returns {Half[]}
 */
export function staleHalves(wanted) {
  if (!existsSync(join(root, 'build/vite.config.ts'))) return []
  return wanted.filter((half) => {
    if (!halves[half].products.every((file) => existsSync(join(root, file)))) return true
    const stamp = readJson(stampFile(half))
    if (stamp === undefined) return true
    const files = filesOf(half)
    if (stamp.times === timesHash(files)) return false
    if (stamp.contents !== contentsHash(files)) return true
    writeStamp(half, { times: timesHash(files), contents: stamp.contents })
    return false
  })
}

/**
 * The sources' present state. Taken before a build and written after it, so that a save during the build is noticed.
 * @param {Half} half
 */
export function stampOf(half) {
  const files = filesOf(half)
  return { times: timesHash(files), contents: contentsHash(files) }
}

/**
 * @param {Half} half
 * @param {{ times: string, contents: string }} stamp
 */
export function writeStamp(half, stamp) {
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(stampFile(half), `${JSON.stringify(stamp)}\n`)
}

/** Whether node_modules matches package-lock.json. */
export function dependenciesInstalled() {
  const lock = join(root, 'package-lock.json')
  if (!existsSync(lock)) return true
  const held = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(held)) return false
  // npm writes the hidden lock last, so a newer one means a complete install.
  if (statSync(held).mtimeMs >= statSync(lock).mtimeMs) return true
  const wanted = readJson(lock)?.packages ?? {}
  const present = readJson(held)?.packages ?? {}
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' || present[path]?.version === entry.version || (entry.optional === true && !(path in present)),
  )
}

/** @param {Half} half */
function stampFile(half) {
  return join(root, `dist/.${half}.json`)
}

/** @param {Half} half */
function filesOf(half) {
  return halves[half].sources.flatMap((path) => filesUnder(path)).sort()
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(path) {
  const at = statSync(root + path, { throwIfNoEntry: false })
  if (at === undefined) return []
  return at.isFile() ? [path] : filesInFolder(path)
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesInFolder(folder) {
  return readdirSync(root + folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? filesInFolder(path) : entry.isFile() ? [path] : []
  })
}

/** @param {string[]} files */
function timesHash(files) {
  const lines = files.map((file) => {
    const { mtimeMs, size } = statSync(root + file)
    return `${file} ${mtimeMs} ${size}`
  })
  return createHash('sha256').update(lines.join('\n')).digest('hex')
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

/** @param {string} file */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    // A missing or half-written file counts as absent: what depends on it is rebuilt.
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      return undefined
    throw error
  }
}
