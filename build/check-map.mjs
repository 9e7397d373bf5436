/**
 * CONTRIBUTING's map names every folder of the three halves, and no other; every folder stands on a floor. Prints what
 * is missing and exits with 1.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { floors } from './floors.mjs'
import { root } from './freshness.mjs'

const halves = /** @type {(keyof typeof floors)[]} */ (Object.keys(floors))
const folders = halves.flatMap(foldersWithFiles)
const onMap = new Set(
  readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')
    .split('\n')
    // A row of the map begins with its folders; elsewhere in the text a folder may be named as often as you like.
    .flatMap((line) =>
      line.startsWith('| `') ? ((line.split('|')[1] ?? '').match(/(?<=`)[\w/-]+(?=\/`)/g) ?? []) : [],
    ),
)
const placed = new Set(halves.flatMap((half) => floors[half].flat().map((name) => `${half}/${name}`)))

const faults = [
  ...folders.filter((folder) => !onMap.has(folder)).map((folder) => `${folder}/ has no row in CONTRIBUTING's map`),
  ...[...onMap]
    .filter((folder) => !folders.includes(folder))
    .map((folder) => `${folder}/ is on the map but doesn't exist`),
  ...folders
    .filter((folder) => folder.includes('/') && !hasFloor(folder))
    .map((folder) => `${folder}/ stands on no floor of build/floors.mjs`),
]
for (const fault of faults) console.log(fault)
process.exitCode = faults.length === 0 ? 0 : 1

/**
 * The folder itself and all below it that hold files.
 * @param {string} folder
 * @returns {string[]}
 */
function foldersWithFiles(folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
  const nested = entries
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => foldersWithFiles(`${folder}/${name}`))
  return entries.some((entry) => entry.isFile()) ? [folder, ...nested] : nested
}

/** @param {string} folder */
function hasFloor(folder) {
  const parts = folder.split('/')
  return parts.some((_, depth) => placed.has(parts.slice(0, depth + 1).join('/')))
}
