import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { applyEdits, modify, parse, type JSONPath, type ParseError } from 'jsonc-parser'
import {
  configurationName,
  GOLANG_SOURCES,
  jetbrainsConfiguration,
  jetbrainsMapping,
  NODE_SOURCES,
  vscodeConfiguration,
  type Debuggable,
  type Editor,
} from '../contract/editor-configuration.ts'
import { PeerError } from '../contract/error.ts'
import { messageOf } from '../contract/error-message.ts'

/**
 * Write how an editor attaches to a chaincode's debugger: into VS Code's launch.json, or into a file of its own for
 * JetBrains' editors. What its author has there stays, comments included: of an earlier configuration of the same name
 * only the fields change that Slipway sets. Returns the file.
 * @throws PeerError DEBUG_CONFIGURATION
 */
export async function writeConfiguration(
  folder: string,
  debuggable: Debuggable,
  editor: Editor,
): Promise<{ file: string }> {
  const root = await projectFolder(folder, editor === 'vscode' ? '.vscode' : '.idea')
  const what = { ...debuggable, below: path.relative(root, folder).replaceAll('\\', '/') }
  const file =
    editor === 'vscode'
      ? path.join(root, '.vscode', 'launch.json')
      : path.join(root, '.run', `Slipway ${what.name}.run.xml`)
  try {
    const before = await readFile(file, 'utf8').catch(whereMissing)
    const after = editor === 'vscode' ? withLaunch(before ?? NEW_LAUNCH, what) : withRun(before, what)
    if (after === before) return { file }
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, after)
    return { file }
  } catch (error) {
    throw new PeerError('DEBUG_CONFIGURATION', { file, message: messageOf(error) }, { cause: error })
  }
}

const NEW_LAUNCH = `{
  "version": "0.2.0",
  "configurations": []
}
`

/** launch.json with the configuration added, or with its fields changed where there is one of that name. Throws where it isn't JSON. Pure. */
function withLaunch(text: string, what: Debuggable): string {
  const errors: ParseError[] = []
  const content: unknown = parse(text, errors, { allowTrailingComma: true })
  const isObject = typeof content === 'object' && content !== null && !Array.isArray(content)
  if (errors.length > 0 || !isObject) throw new Error('It is not JSON as VS Code reads it.')
  const { configurations = [] } = content as { configurations?: unknown }
  if (!Array.isArray(configurations)) throw new Error('Its `configurations` are no list.')
  const name = configurationName(what.name)
  const known = configurations.findIndex((one: unknown) => (one as { name?: unknown } | null)?.name === name)
  const wanted = vscodeConfiguration(what)
  if (!('configurations' in content)) return edited(text, ['configurations'], [wanted])
  if (known < 0) return edited(text, ['configurations', -1], wanted)
  const present = configurations[known] as Record<string, unknown>
  const changes = { ...withoutContainer(present, what), ...wanted }
  return Object.entries(changes).reduce(
    (result, [field, value]) =>
      // What its author has set in it otherwise is theirs; where editors connect is not.
      field in present && value !== undefined && !CONNECTION.has(field)
        ? result
        : edited(result, ['configurations', known, field], value),
    text,
  )
}

/** What Slipway has set for a container is taken out again where it isn't in one: no breakpoint would be found with it. */
function withoutContainer(present: Record<string, unknown>, { root }: Debuggable): Record<string, undefined> {
  if (root !== undefined) return {}
  const [first] = Array.isArray(present['substitutePath']) ? (present['substitutePath'] as { to?: unknown }[]) : []
  return {
    ...(present['remoteRoot'] === NODE_SOURCES ? { localRoot: undefined, remoteRoot: undefined } : {}),
    ...(String(first?.to).startsWith(GOLANG_SOURCES) ? { substitutePath: undefined } : {}),
  }
}

const CONNECTION = new Set(['type', 'request', 'port'])

function edited(text: string, place: JSONPath, value: unknown): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  '
  const formattingOptions = { insertSpaces: !indent.startsWith('\t'), tabSize: indent.length, eol }
  const isInsertion = place.at(-1) === -1
  return applyEdits(text, modify(text, place, value, { formattingOptions, isArrayInsertion: isInsertion }))
}

/** A run configuration; of one that is there, only the port changes, and where a container has the sources. Pure. */
function withRun(text: string | undefined, what: Debuggable): string {
  if (text === undefined) return jetbrainsConfiguration(what)
  const port = String(what.port)
  const changed = text
    .replace(/(<configuration\b[^>]*\bport=")\d*(")/, `$1${port}$2`)
    .replace(/(<option name="PORT" value=")\d*(")/, `$1${port}$2`)
  if (!/\bport="\d+"|name="PORT" value="\d+"/.test(changed))
    throw new Error('It is no configuration that attaches to a port.')
  if (what.protocol !== 'inspector') return changed
  const isMapped = OWN_MAPPING.test(changed)
  if (what.root === undefined) return changed.replace(new RegExp(`[ \\t]*${OWN_MAPPING.source}\\r?\\n?`), '')
  const mapping = jetbrainsMapping({ root: what.root, below: what.below })
  // By functions: a folder's name may look like a pattern of what was found.
  return isMapped
    ? changed.replace(OWN_MAPPING, () => mapping)
    : changed.replace(
        /(\r?\n)([ \t]*)<\/configuration>/,
        (end, eol: string, indent: string) => `${eol}${indent}  ${mapping}${end}`,
      )
}

/** Where a container has the sources: with it, an editor would set breakpoints of a process on this machine there. */
const OWN_MAPPING = new RegExp(`<mapping url="file://${NODE_SOURCES}"(?:[^">]|"[^"]*")*>`)

/**
 * The nearest folder from here upwards that an editor has its settings in, within the repository; else this one. Above
 * a repository they are somebody else's: editors also keep what is theirs in such a folder of one's home.
 */
async function projectFolder(folder: string, settings: string): Promise<string> {
  let nearest: string | undefined
  for (let at = folder; ; at = path.dirname(at)) {
    if (nearest === undefined && (await exists(path.join(at, settings)))) nearest = at
    if (await exists(path.join(at, '.git'))) return nearest ?? folder
    if (at === path.dirname(at)) return folder
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

function whereMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}
