import { access, constants, realpath, stat } from 'node:fs/promises'
import { delimiter, extname, join, relative, sep } from 'node:path'
import { messageOf } from '../../core/contract/error-message.ts'
import { PeerError } from '../../core/contract/error.ts'
import { spawned } from '../../core/process/spawned.ts'

export interface Place {
  /** Absolute. */
  file: string
  line?: number
  column?: number
}

/** Editors that take a place on their command line, and the arguments for it. The first one on the PATH is used. */
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

/** The files that may go to the system's opener, which starts a program for some others. */
const sourceFiles = new Set(
  '.go .mod .sum .ts .mts .cts .js .mjs .cjs .json .java .kt .kts .gradle .xml .yaml .yml .md .txt .properties'.split(
    ' ',
  ),
)

/**
 * Show a place in the author's editor. Only files in these folders, so that whoever holds the wire can't open others.
 * Throws ARGUMENT_INVALID if the file doesn't exist or no editor is found.
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
    throw invalid('No editor was found: put `code`, or another editor that takes file:line, on the PATH.')
  }
  await start(program, [file])
}

async function fileInside(path: string, folders: string[]): Promise<string> {
  const file = await realpath(path).catch((error: unknown) => {
    throw invalid(`The file ${path} doesn't exist.`, error)
  })
  const roots = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)))
  const inside = roots.some((folder) => !relative(folder, file).startsWith(`..${sep}`) && file.startsWith(folder + sep))
  if (!inside || !(await stat(file)).isFile()) throw invalid(`${path} isn't a file of an open chaincode.`)
  return file
}

function withPlace({ file, line, column }: Place): string {
  if (line === undefined) return file
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`
}

/** A program that can be started without a shell; on Windows that excludes .cmd wrappers. */
async function findOnPath(name: string): Promise<string | undefined> {
  const file = process.platform === 'win32' && extname(name) === '' ? `${name}.exe` : name
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue
    const path = join(folder, file)
    const executable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (executable) return path
  }
  return undefined
}

async function start(program: string, args: string[]): Promise<void> {
  const child = await spawned(program, args, { detached: true, stdio: 'ignore' }).catch((error: unknown) => {
    throw invalid(`${program} couldn't be started: ${messageOf(error)}`, error)
  })
  // The editor may outlive Slipway.
  child.unref()
}

function invalid(message: string, cause?: unknown): PeerError {
  return new PeerError('ARGUMENT_INVALID', { argument: 'file', message }, { cause })
}
