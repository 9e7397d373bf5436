/**
 * Tells whether the build is up to date. Node built-ins only, because it runs before anything is installed; and it runs
 * at every start of the command line, so it must take only milliseconds: contents are compared in stamp.mjs.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
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
    sources: [
      'core',
      'main',
      'build/vite.config.ts',
      'build/latin1.ts',
      'build/slipway.schema.json',
      'build/scenario.schema.json',
      'package.json',
      'package-lock.json',
    ],
    products: [
      'dist/cli.js',
      'dist/cleaner.js',
      'dist/electron.js',
      'dist/index.js',
      'dist/preload.cjs',
      'dist/.host-manifest.json',
    ],
  },
  renderer: {
    sources: ['renderer', 'core/contract', 'build/vite.config.ts', 'package.json', 'package-lock.json'],
    products: ['dist/renderer/index.html'],
  },
}

/** @typedef {keyof typeof halves} Half */

/** @type {Half[]} */
export const allHalves = ['host', 'renderer']

/** A tree without sources is a packaged program, with nothing to build. */
export function hasSources() {
  return existsSync(join(root, 'build/vite.config.ts'))
}

/**
 * Whether a half is built and its sources have the times and sizes that they had then.
 * @param {Half} half
 */
export function isUntouched(half) {
  return isBuilt(half) && readStamp(half)?.times === timesOf(half)
}

/** @param {Half} half */
export function isBuilt(half) {
  return halves[half].products.every((file) => existsSync(join(root, file)))
}

/** @param {Half} half */
export function sourcesOf(half) {
  return halves[half].sources
}

/**
 * The sums of times and sizes of a half's sources. A folder's time changes with the names in it, so that a renamed file
 * counts too.
 * @param {Half} half
 */
export function timesOf(half) {
  const sums = { time: 0, size: 0 }
  for (const path of halves[half].sources) addTimes(root + path, sums)
  return `${sums.time} ${sums.size}`
}

/**
 * @param {string} path
 * @param {{ time: number, size: number }} sums
 */
function addTimes(path, sums) {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return
  sums.time += stats.mtimeMs
  if (!stats.isDirectory()) sums.size += stats.size
  else for (const name of readdirSync(path)) addTimes(`${path}/${name}`, sums)
}

/**
 * The stamp of the last build: what `timesOf` returned, and a hash of the contents.
 * @param {Half} half
 * @returns {{ times: string, contents: string } | undefined}
 */
export function readStamp(half) {
  return readJson(stampFile(half))
}

/** @param {Half} half */
export function stampFile(half) {
  return join(root, `dist/.${half}.json`)
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
