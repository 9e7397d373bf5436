import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Difference } from '../../../contract/state.ts'
import { globTest } from '../../../project/glob.ts'
import { lineAt, type Packaged } from '../packaged.ts'

/** Libraries of C that every static link finds. */
const STATIC = new Set(['c', 'm', 'pthread', 'dl', 'rt', 'gcc'])
const READ =
  /\b(?:os|ioutil)\.(?:ReadFile|Open|OpenFile|ReadDir|Stat)\(\s*(?:"([^"\n]+)"|`([^`\n]+)`)|\bParse(?:Files|Glob)\(\s*"([^"\n]+)"/g
const LARGEST_FILE = 1_000_000

/** What Go files say that the peer's build or its empty container would not follow. Tests and vendored code aside. */
export async function goSourceDifferences(packaged: Packaged): Promise<Difference[]> {
  const sources = [...packaged.files].filter(
    ([file, { size }]) =>
      file.endsWith('.go') && !/_test\.go$|(?:^|\/)(?:vendor|testdata|_[^/]*)\//.test(file) && size < LARGEST_FILE,
  )
  const found: Difference[] = []
  for (const [file] of sources) {
    const text = (await packaged.read(file)) ?? ''
    // `//go:build ignore` files are no part of the program.
    if (/^\/\/go:build\s+ignore\b/m.test(text)) continue
    found.push(...cgoDifferences(packaged, file, text), ...embedDifferences(packaged, file, text))
    found.push(...(await readDifferences(packaged, file, text)))
  }
  found.push(...ignoredSources(packaged, new Set(sources.map(([file]) => path.posix.dirname(file)))))
  return found
}

function cgoDifferences(packaged: Packaged, file: string, text: string): Difference[] {
  const match = /^import\s+"C"/m.exec(text) ?? /^import\s*\([^)]*^\s*"C"/m.exec(text)
  if (match === null) return []
  const preamble = text.slice(0, match.index + match[0].length)
  const libraries = [...preamble.matchAll(/#cgo[^\n]*LDFLAGS:([^\n]*)/g)].flatMap(([, flags = '']) =>
    [...flags.matchAll(/-l(\S+)/g)].map(([, library = '']) => library),
  )
  const packages = [...preamble.matchAll(/#cgo[^\n]*pkg-config:([^\n]*)/g)].map(([, names = '']) => names.trim())
  const lacking = [...libraries.filter((library) => !STATIC.has(library)), ...packages]
  return [
    {
      name: 'native-library',
      what:
        lacking.length === 0
          ? 'A peer links the C code of this chaincode statically.'
          : `A peer cannot link the chaincode: its image has no ${lacking.join(', ')}.`,
      why: 'A peer builds with `-linkmode external -extldflags -static` in fabric-ccenv, which holds a C compiler and its standard library.',
      do:
        lacking.length === 0
          ? 'Try it in net mode; most C code links so.'
          : 'Do without cgo, or have the peers build in an image that holds the library (chaincode.builder of core.yaml).',
      file: packaged.shown(file),
      line: lineAt(text, match.index),
      fatal: lacking.length > 0,
    },
  ]
}

/** `//go:embed` of what is left out: hidden folders and `ignore`. */
function embedDifferences(packaged: Packaged, file: string, text: string): Difference[] {
  const folder = path.posix.dirname(file)
  return [...text.matchAll(/^\/\/go:embed\s+(.+)$/gm)].flatMap((match): Difference[] => {
    const patterns = (match[1] ?? '')
      .trim()
      .split(/\s+/)
      .map((pattern) => pattern.replace(/^["`]|["`]$/g, '').replace(/^all:/, ''))
    const lacking = patterns.filter((pattern) => {
      const wanted = path.posix.join(folder, pattern)
      const test = globTest(`/${wanted}`)
      return ![...packaged.files.keys()].some((each) => test(each)) && leftOut(packaged, wanted)
    })
    if (lacking.length === 0) return []
    return [
      {
        name: 'file-left-out',
        what: `A peer cannot build the chaincode: ${lacking.join(', ')} is not in the package.`,
        why: 'It is embedded, but a package holds no hidden folders, nor what `ignore` in slipway.yaml names.',
        do: 'Move it to a folder whose name does not begin with a dot, and do not name it under `ignore`.',
        file: packaged.shown(file),
        line: lineAt(text, match.index),
        fatal: true,
      },
    ]
  })
}

function leftOut(packaged: Packaged, wanted: string): boolean {
  const isHidden = path.posix
    .dirname(wanted)
    .split('/')
    .some((part) => part.startsWith('.') && part !== '.')
  const isHiddenItself = packaged.leftOutFolders.includes(wanted)
  return (
    isHidden ||
    isHiddenItself ||
    packaged.ignored.some((ignored) => wanted === ignored || wanted.startsWith(`${ignored}/`))
  )
}

/** Files of the folder that the program opens by name: its container holds the program alone. */
async function readDifferences(packaged: Packaged, file: string, text: string): Promise<Difference[]> {
  const found: Difference[] = []
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
    found.push({
      name: named.startsWith('..') ? 'file-outside' : 'file-left-out',
      what: `On a peer ${named} is not there.`,
      why: 'The container of a Go chaincode holds the built program and nothing of its folder.',
      do: 'Build it into the program with `//go:embed`.',
      file: packaged.shown(file),
      line: lineAt(text, match.index),
      fatal: false,
    })
  }
  return found
}

/** Go files that `ignore` leaves out of a folder whose others are in. */
function ignoredSources(packaged: Packaged, folders: ReadonlySet<string>): Difference[] {
  const [first, ...more] = packaged.ignored.filter(
    (file) => file.endsWith('.go') && !file.endsWith('_test.go') && folders.has(path.posix.dirname(file)),
  )
  if (first === undefined) return []
  return [
    {
      name: 'file-left-out',
      what: `A peer builds without ${packaged.shown(first)}${more.length === 0 ? '' : ` and ${more.length} more`}.`,
      why: 'It belongs to a package whose other files are in, and `ignore` in slipway.yaml leaves it out.',
      do: 'Do not name it under `ignore`, unless the program builds without it.',
      file: packaged.shown(first),
      fatal: true,
    },
  ]
}
