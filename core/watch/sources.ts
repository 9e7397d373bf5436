import { existsSync } from 'node:fs'
import path from 'node:path'
import { findGoModule } from '../platforms/golang/module.ts'
import { outDir } from '../platforms/node/out-dir.ts'
import type { Project } from '../project/project.ts'
import { ignoredBy, watchedBy } from '../project/path-patterns.ts'

/** Which paths of a folder are sources. Paths are relative to it, with forward slashes. */
export interface Sources {
  folder: string
  /** One more, outside the folder: the slipway.yaml that lists it, as `../slipway.yaml`. */
  outside?: string | undefined
  /** The folder of its Go module, if that is above it: everything in it is a source, as `../../assets/asset.go`. */
  around?: string | undefined
  /** Nothing at or below this path is a source. */
  isIgnored(path: string): boolean
  /** The file is a source, given that it is not ignored. */
  isSource(file: string): boolean
}

/** At any depth: dependencies, and files that tools and editors keep for themselves. */
const ALWAYS = new Set([
  'node_modules',
  '.git',
  '.slipway',
  '.gradle',
  '.idea',
  '.vscode',
  '.run',
  '.settings',
  '.nyc_output',
  'coverage',
  '.DS_Store',
])
/** At the top: build output, and Go's vendored dependencies. */
const AT_TOP = new Set(['dist', 'build', 'target', 'out', 'bin', 'vendor'])
/** Files that editors write beside the one being saved, files that no build reads, and chaincode packages. */
const TEMPORARY =
  /(?:~|\.swp|\.swx|\.swpx|\.tmp|\.bak|\.log|\.tsbuildinfo|\.md|\.tar\.gz|\.tgz|\.___jb_\w+___)$|^(?:\.#|#.*#$|\.goutputstream-|4913$)|^\.\w.*\.\d+$/

/** The sources of a project: its folder, and around it its Go module. Reads tsconfig.json once, for where its output goes. */
export async function sourcesOf(project: Project): Promise<Sources> {
  const { folder, language } = project
  const isIgnored = await ignoredBy(project.ignore)
  const isWatched = await watchedBy(project.watch)
  const binaries = new Set(language === 'golang' ? [project.name, `${project.name}.exe`] : [])
  const outside = project.listedIn && relativeTo(folder, project.listedIn)
  const around = language === 'golang' ? await moduleAround(folder) : undefined
  const output = project.dialect === 'TypeScript' ? await outDir(folder) : undefined
  const compiled = (file: string) => {
    const source = file.replace(/\.d\.ts$|\.js\.map$|\.js$/, '')
    return source !== file && [`${source}.ts`, `${source}.tsx`].some((ts) => existsSync(path.join(folder, ts)))
  }

  return {
    folder,
    // A relative path can't reach another drive on Windows.
    outside: outside?.startsWith('../') === true ? outside : undefined,
    around,
    isIgnored(file) {
      if (file === outside) return false
      const parts = around === undefined ? file.split('/') : inModule(folder, around, file)
      if (parts.some((part) => ALWAYS.has(part)) || AT_TOP.has(parts[0] ?? '')) return true
      // A Gradle build of several projects has output in each of them, beside its src.
      if (language === 'java' && parts.slice(0, srcAt(parts)).some((part) => AT_TOP.has(part))) return true
      if (isTemporary(parts) || isScenario(parts) || binaries.has(file)) return true
      if (output !== undefined && (file === output || file.startsWith(`${output}/`))) return true
      return isIgnored(file)
    },
    isSource(file) {
      // Compiled in place: the output of tsc must not start tsc again.
      if (project.dialect === 'TypeScript' && compiled(file)) return false
      return file === 'slipway.yaml' || file === outside || isWatched(file)
    },
  }
}

function isTemporary(parts: readonly string[]): boolean {
  return TEMPORARY.test(parts.at(-1) ?? '')
}

/** Played with the chaincode, as are files of state, and no part of it. */
function isScenario(parts: readonly string[]): boolean {
  return parts[0] === 'scenarios' && /\.(ya?ml|jsonl)(\.[\w-]+\.draft)?$/.test(parts.at(-1) ?? '')
}

/** A path relative to a folder, with forward slashes. */
export function relativeTo(folder: string, file: string): string {
  return path.relative(folder, file).replaceAll('\\', '/')
}

async function moduleAround(folder: string): Promise<string | undefined> {
  const module = await findGoModule(folder)
  const around = module && relativeTo(folder, module.root)
  return around === '' ? undefined : around
}

/** A path's parts, from the module's folder on. */
function inModule(folder: string, around: string, file: string): string[] {
  return relativeTo(path.join(folder, around), path.join(folder, file)).split('/')
}

function srcAt(parts: string[]): number {
  const at = parts.indexOf('src')
  return at < 0 ? parts.length : at
}
