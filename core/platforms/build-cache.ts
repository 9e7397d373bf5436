import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { buildFile, buildFolder } from './artifacts.ts'
import { findGoModule } from './golang/module.ts'
import type { BuiltProject, Project } from '../project/project.ts'

/**
 * The last good build of each chaincode, so that `slipway submit` builds nothing if the folder hasn't changed. A build is
 * kept only if nothing but the folder's sources went into it, and everything it made is known.
 */
export interface BuildCache {
  /**
   * That build under a new number, if it was made from these sources (their content hash) and its files are unchanged.
   * Never rejects: if the cache can't be read, the chaincode is built.
   */
  find(project: Project, number: number, sources: string): Promise<BuiltProject | undefined>
  /** Never rejects: a build that can't be kept is repeated the next time. */
  keep(built: BuiltProject, sources: string): Promise<void>
}

/** What `<name>.json` holds. */
interface CachedBuild {
  key: string
  argv: string[]
  warm: BuiltProject['warm']
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
      const cached: CachedBuild = { key, argv, warm, made, files: await filesOf(made) }
      await mkdir(folder, { recursive: true })
      await writeFile(fileOf(project), JSON.stringify(cached))
    } catch {
      // The next start builds again.
      return
    }
  }

  return {
    keep,
    async find(project, number, sources) {
      try {
        const cached = JSON.parse(await readFile(fileOf(project), 'utf8')) as CachedBuild
        if (cached.key !== keyOf(project, sources) || (await reachesOutside(project))) return undefined
        if (JSON.stringify(await filesOf(cached.made)) !== JSON.stringify(cached.files)) return undefined
        const built = await renumbered(project, number, cached)
        if (String(built.made) !== String(cached.made)) await keep(built, sources)
        return built
      } catch {
        // Never written, half written, or written by another version: a build replaces it.
        return undefined
      }
    },
  }
}

/** Everything that decides what a build makes, apart from what `reachesOutside` rules out. */
function keyOf(project: Project, sources: string): string {
  const { folder, name, dialect, buildTool, build, start, env } = project
  const serves = project.server !== undefined
  const { platform, arch } = process
  const unoptimised = project.language === 'golang' && project.debug === true
  return JSON.stringify([
    platform,
    arch,
    folder,
    name,
    dialect,
    buildTool,
    build,
    start,
    env,
    unoptimised,
    serves,
    sources,
  ])
}

/** Every file at or below these, with its size and time. Throws if one of them is gone. */
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
 * Builds are numbered from 1 in every peer, and each removes the files of older builds, so the file of a cached build
 * takes the number that it has now.
 */
async function renumbered(project: Project, number: number, cached: CachedBuild): Promise<BuiltProject> {
  const moved = new Map<string, string>()
  for (const file of cached.made) {
    if (path.dirname(file) !== buildFolder(project)) continue
    const to = buildFile(project, number, path.extname(file))
    if (to !== file) await rename(file, to)
    moved.set(file, to)
  }
  const now = (file: string) => moved.get(file) ?? file
  return {
    project,
    build: number,
    argv: cached.argv.map(now),
    made: cached.made.map(now),
    warm: cached.warm,
  }
}

/** Files that name what else goes into a build. pom.xml is one too, and is parsed. */
const DESCRIBING = /^(?:go\.mod|package\.json|tsconfig.*\.json|(?:build|settings)\.gradle(?:\.kts)?)$/
/** A path out of the folder, a dependency on a folder elsewhere, or an artefact that may change. */
const OUTSIDE =
  /\.\.[\\/]|\b(?:file|link|portal|workspace):|=>\s*\/|includeBuild|mavenLocal|dependencies\s*\{[\s\S]*-SNAPSHOT/

/** Whether anything outside the folder, or its Go module, goes into its build, which the hash of its sources doesn't cover. */
async function reachesOutside({ folder, language }: Project): Promise<boolean> {
  const module = language === 'golang' ? await findGoModule(folder) : undefined
  for (const each of new Set([folder, module?.root ?? folder])) {
    for (const name of await readdir(each)) {
      const file = path.join(each, name)
      if (DESCRIBING.test(name) && OUTSIDE.test(await readFile(file, 'utf8'))) return true
      if (name === 'pom.xml' && (await pomReachesOutside(file))) return true
    }
  }
  return isInGoWorkspace(folder)
}

/** Throws SyntaxError. */
async function pomReachesOutside(file: string): Promise<boolean> {
  // Loaded only here: other folders need no XML parser.
  const { parsePom } = await import('./java/pom.ts')
  return parsePom(await readFile(file, 'utf8')).some(
    (element) =>
      element.path === 'project/parent' ||
      /\.\.[\\/]|\bfile:/.test(element.text) ||
      (element.path !== 'project/version' && element.path.endsWith('/version') && element.text.endsWith('-SNAPSHOT')),
  )
}

async function isInGoWorkspace(folder: string): Promise<boolean> {
  if ((process.env['GOWORK'] ?? '') !== '') return true
  for (let at = folder; ; at = path.dirname(at)) {
    const hasWorkspace = await stat(path.join(at, 'go.work')).then(
      () => true,
      () => false,
    )
    if (hasWorkspace || at === path.dirname(at)) return hasWorkspace
  }
}
