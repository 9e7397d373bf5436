import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Difference } from '../../../contract/difference.ts'
import { embedDifferences } from './embed.ts'
import { lineAt, type Packaged } from '../packaged.ts'

/** C libraries that every static link finds. */
const STATIC = new Set(['c', 'm', 'pthread', 'dl', 'rt', 'gcc'])
const READ =
  /\b(?:os|ioutil)\.(?:ReadFile|Open|OpenFile|ReadDir|Stat)\(\s*(?:"([^"\n]+)"|`([^`\n]+)`)|\bParse(?:Files|Glob)\(\s*"([^"\n]+)"/g
const LARGEST_FILE = 1_000_000

/** What Go files need that a peer's build or its empty container doesn't have, tests and vendored code aside. */
export async function sourceDifferences(packaged: Packaged): Promise<Difference[]> {
  const sources = [...packaged.files].filter(
    ([file, { size }]) =>
      file.endsWith('.go') && !/_test\.go$|(?:^|\/)(?:vendor|testdata|_[^/]*)\//.test(file) && size < LARGEST_FILE,
  )
  const differences: Difference[] = []
  for (const [file] of sources) {
    const text = (await packaged.read(file)) ?? ''
    // A `//go:build ignore` file doesn't belong to the program.
    if (/^\/\/go:build\s+ignore\b/m.test(text)) continue
    differences.push(...cgoDifferences(packaged, file, text), ...embedDifferences(packaged, file, text))
    differences.push(...(await readDifferences(packaged, file, text)))
  }
  return [...differences, ...ignoredSources(packaged, new Set(sources.map(([file]) => path.posix.dirname(file))))]
}

function cgoDifferences(packaged: Packaged, file: string, text: string): Difference[] {
  const match = /^import\s+"C"/m.exec(text) ?? /^import\s*\([^)]*^\s*"C"/m.exec(text)
  if (match === null) return []
  const preamble = text.slice(0, match.index + match[0].length)
  const libraries = [...preamble.matchAll(/#cgo[^\n]*LDFLAGS:([^\n]*)/g)].flatMap(([, flags = '']) =>
    [...flags.matchAll(/-l(\S+)/g)].map(([, library = '']) => library),
  )
  const packages = [...preamble.matchAll(/#cgo[^\n]*pkg-config:([^\n]*)/g)].map(([, names = '']) => names.trim())
  const missing = [...libraries.filter((library) => !STATIC.has(library)), ...packages]
  return [
    {
      name: 'native-library',
      what:
        missing.length === 0
          ? 'A peer links the C code of this chaincode statically.'
          : `A peer can't link the chaincode: its image has no ${missing.join(', ')}.`,
      why: 'A peer builds with `-linkmode external -extldflags -static` in fabric-ccenv, which has a C compiler and its standard library.',
      do:
        missing.length === 0
          ? 'Try it in net mode; most C code links statically.'
          : 'Avoid cgo, or have the peers build in an image that has the library (chaincode.builder in core.yaml).',
      file: packaged.shown(file),
      line: lineAt(text, match.index),
      fatal: missing.length > 0,
    },
  ]
}

/** Files of the folder that the program opens by name: its container holds only the program. */
async function readDifferences(packaged: Packaged, file: string, text: string): Promise<Difference[]> {
  const differences: Difference[] = []
  for (const match of text.matchAll(READ)) {
    const named = match[1] ?? match[2] ?? match[3] ?? ''
    const line = text.slice(text.lastIndexOf('\n', match.index) + 1, match.index)
    if (path.isAbsolute(named) || line.includes('//')) continue
    const here = path.join(packaged.project.folder, named)
    const isHere = await stat(here).then(
      () => true,
      () => false,
    )
    if (!isHere) continue
    differences.push({
      name: named.startsWith('..') ? 'file-outside' : 'file-left-out',
      what: `A peer doesn't have ${named}.`,
      why: 'The container of a Go chaincode holds the built program and nothing else from its folder.',
      do: 'Build it into the program with `//go:embed`.',
      file: packaged.shown(file),
      line: lineAt(text, match.index),
      fatal: false,
    })
  }
  return differences
}

/** Go files that `ignore` leaves out of a folder whose other Go files are packaged. */
function ignoredSources(packaged: Packaged, folders: ReadonlySet<string>): Difference[] {
  const [first, ...others] = packaged.ignored.filter(
    (file) => file.endsWith('.go') && !file.endsWith('_test.go') && folders.has(path.posix.dirname(file)),
  )
  if (first === undefined) return []
  return [
    {
      name: 'file-left-out',
      what: `A peer builds without ${packaged.shown(first)}${others.length === 0 ? '' : ` and ${others.length} more`}.`,
      why: '`ignore` in slipway.yaml leaves it out, but the other files of its Go package are in.',
      do: 'Remove it from `ignore`, unless the program builds without it.',
      file: packaged.shown(first),
      fatal: true,
    },
  ]
}
