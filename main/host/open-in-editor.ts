import { spawn } from 'node:child_process'
import { access, constants, realpath, stat } from 'node:fs/promises'
import { delimiter, extname, join, relative, sep } from 'node:path'
import { PeerError } from '../../core/contract/error.ts'

export interface Place {
  /** Absolute. */
  file: string
  line?: number
  column?: number
}

/** Editors that take a place on their command line, and how. The first one on the PATH is used. */
const editors: { program: string; args: (place: Place) => string[] }[] = [
  ...['code', 'codium', 'cursor', 'windsurf'].map((program) => ({
    program,
    args: (place: Place) => ['--goto', withPlace(place)],
  })),
  ...['zed', 'subl'].map((program) => ({ program, args: (place: Place) => [withPlace(place)] })),
  {
    program: 'idea',
    args: ({ file, line }) => [...(line === undefined ? [] : ['--line', String(line)]), file],
  },
]

/** What the system's own opener may be given: with other files it could start a program. */
const sourceFiles = new Set(
  '.go .mod .sum .ts .mts .cts .js .mjs .cjs .json .java .kt .kts .gradle .xml .yaml .yml .md .txt .properties'.split(
    ' ',
  ),
)

/**
 * Show a file at a place in the author's editor. Only files of the folders given, so that whoever holds the wire
 * cannot open others. Throws ARGUMENT_INVALID where there is no such file, or nothing here that could show it.
 */
export async function openInEditor(place: Place, folders: string[]): Promise<void> {
  const file = await fileInside(place.file, folders)
  for (const editor of editors) {
    const program = await findOnPath(editor.program)
    if (program !== undefined) return start(program, editor.args({ ...place, file }))
  }
  const opener = { darwin: 'open', linux: 'xdg-open', win32: 'explorer.exe' }[process.platform as string]
  const program = opener === undefined ? undefined : await findOnPath(opener)
  if (program === undefined || !sourceFiles.has(extname(file).toLowerCase())) {
    throw invalid('No editor was found: put `code`, or another that takes file:line, on the PATH.')
  }
  await start(program, [file])
}

async function fileInside(wanted: string, folders: string[]): Promise<string> {
  const file = await realpath(wanted).catch((error: unknown) => {
    throw invalid(`There is no file ${wanted}.`, error)
  })
  const roots = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)))
  const inside = roots.some((folder) => !relative(folder, file).startsWith(`..${sep}`) && file.startsWith(folder + sep))
  if (!inside || !(await stat(file)).isFile()) throw invalid(`${wanted} is not a file of an open chaincode.`)
  return file
}

function withPlace({ file, line, column }: Place): string {
  if (line === undefined) return file
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`
}

/** A program that can be started without a shell: on Windows that leaves out the .cmd wrappers. */
async function findOnPath(name: string): Promise<string | undefined> {
  const file = process.platform === 'win32' && extname(name) === '' ? `${name}.exe` : name
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue
    const path = join(folder, file)
    const there = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (there) return path
  }
  return undefined
}

function start(program: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { detached: true, stdio: 'ignore' })
    child.once('error', (error) => reject(invalid(`${program} could not be started: ${error.message}`, error)))
    child.once('spawn', () => {
      // It lives as long as the author likes, not as long as Slipway.
      child.unref()
      resolve()
    })
  })
}

function invalid(message: string, cause?: unknown): PeerError {
  return new PeerError('ARGUMENT_INVALID', { argument: 'file', message }, { cause })
}
