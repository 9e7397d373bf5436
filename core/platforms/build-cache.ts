import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { buildFile, buildFolder } from './artifacts.ts'
import type { BuiltProject, Project } from '../project/project.ts'

/**
 * The last good build of each chaincode, so that `slipway submit` on a folder that nobody changed builds nothing.
 * It is only remembered where the folder's sources are all that went into it, and all that it made is known.
 */
export interface BuildCache {
  /**
   * That build under a new number, where it was made of these sources (their content hash) and what it made is still
   * there, untouched. Never rejects: what cannot be read is built.
   */
  find(project: Project, number: number, sources: string): Promise<BuiltProject | undefined>
  /** Never rejects: what cannot be remembered is built the next time. */
  keep(built: BuiltProject, sources: string): Promise<void>
}

/** What `<name>.json` holds. */
interface Remembered {
  key: string
  argv: string[]
  warm?: BuiltProject['warm']
  made: string[]
  /** Of every file made: path, size, time. */
  files: string[]
}

/** `folder`: `<dataDir>/builds`. */
export function newBuildCache(folder: string): BuildCache {
  const fileOf = (project: Project) => path.join(folder, `${project.name}.json`)

  const keep: BuildCache['keep'] = async (built, sources) => {
    const { project, argv, warm, made } = built
    if (made === undefined) return
    try {
      const key = keyOf(project, sources)
      const known: Remembered = { key, argv, ...(warm === undefined ? {} : { warm }), made, files: await filesOf(made) }
      await mkdir(folder, { recursive: true })
      await writeFile(fileOf(project), JSON.stringify(known))
    } catch {
      // Nothing is lost but time: the next start builds again.
      return
    }
  }

  return {
    keep,
    async find(project, number, sources) {
      try {
        const known = JSON.parse(await readFile(fileOf(project), 'utf8')) as Remembered
        if (known.key !== keyOf(project, sources) || (await reachesOutside(project.folder))) return undefined
        if (JSON.stringify(await filesOf(known.made)) !== JSON.stringify(known.files)) return undefined
        const built = await renumbered(project, number, known)
        if (String(built.made) !== String(known.made)) await keep(built, sources)
        return built
      } catch {
        // Never built, half written, or of another version: then it is built, which writes it anew.
        return undefined
      }
    },
  }
}

/** All that decides what a build makes, beside what `reachesOutside` rules out. */
function keyOf(project: Project, sources: string): string {
  const { folder, name, dialect, buildTool, build, start, env } = project
  const serves = project.server !== undefined
  const { platform, arch } = process
  return JSON.stringify([platform, arch, folder, name, dialect, buildTool, build, start, env, serves, sources])
}

/** Every file at or below these, with what would tell that it was changed. Throws where one of them is gone. */
async function filesOf(made: string[]): Promise<string[]> {
  const files: string[] = []
  for (const file of made) {
    const info = await stat(file)
    if (info.isDirectory()) {
      const inside = (await readdir(file)).sort().map((name) => path.join(file, name))
      files.push(file, ...(await filesOf(inside)))
    } else files.push(`${file} ${info.size} ${info.mtimeMs}`)
  }
  return files
}

/**
 * Builds are numbered from 1 in every peer, and each removes what is not its own or serving. So the file of a
 * remembered build takes the number it has now.
 */
async function renumbered(project: Project, number: number, known: Remembered): Promise<BuiltProject> {
  const moved = new Map<string, string>()
  for (const file of known.made) {
    if (path.dirname(file) !== buildFolder(project)) continue
    const to = buildFile(project, number, path.extname(file))
    if (to !== file) await rename(file, to)
    moved.set(file, to)
  }
  const now = (file: string) => moved.get(file) ?? file
  return {
    project,
    build: number,
    argv: known.argv.map(now),
    made: known.made.map(now),
    ...(known.warm === undefined ? {} : { warm: known.warm }),
  }
}

/** Files that say what else goes into a build. */
const describing = /^(?:go\.mod|package\.json|tsconfig.*\.json|pom\.xml|(?:build|settings)\.gradle(?:\.kts)?)$/
/** A path out of the folder, a dependency that is a folder elsewhere, a parent, or an artefact that may change. */
const outside = /\.\.[\\/]|\b(?:file|link|portal|workspace):|=>\s*\/|<parent>|includeBuild|mavenLocal/
const snapshotDependency = /[\s\S]*?(?:<dependencies>|dependencies\s*\{)[\s\S]*-SNAPSHOT/

/** Whether something outside of the folder goes into its build, which the hash of its sources does not see. */
async function reachesOutside(folder: string): Promise<boolean> {
  for (const name of (await readdir(folder)).filter((file) => describing.test(file))) {
    const text = await readFile(path.join(folder, name), 'utf8')
    if (outside.test(text) || snapshotDependency.test(text)) return true
  }
  return isInGoWorkspace(folder)
}

async function isInGoWorkspace(folder: string): Promise<boolean> {
  if ((process.env['GOWORK'] ?? '') !== '') return true
  for (let at = folder; ; at = path.dirname(at)) {
    const found = await stat(path.join(at, 'go.work')).then(
      () => true,
      () => false,
    )
    if (found || at === path.dirname(at)) return found
  }
}
