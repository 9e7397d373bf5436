import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { PackageListing } from '../files.ts'
import type { PackageRules } from '../../platforms/package-rules.ts'
import type { Project } from '../../project/project.ts'

/** A project as a package has it, beside the folder as it is. Paths are relative to `root`, with forward slashes. */
export interface Packaged {
  project: Project
  /** What was packaged, absolute; for Go the module, which may be above the project's folder. */
  root: string
  /** Every file of the package, and its mode. */
  files: ReadonlyMap<string, { mode: number; file: string; size: number }>
  /** Files and folders that `ignore` in slipway.yaml leaves out. */
  ignored: readonly string[]
  /** Folders that Fabric leaves out. */
  leftOutFolders: readonly string[]
  /** What the package needs was not built just now. */
  unbuilt: boolean
  /** The text of a packaged file; undefined where it is none, or cannot be read any more. */
  read(file: string): Promise<string | undefined>
  /** Where in the folder, as an author would say it: relative to the project's folder. */
  shown(file: string): string
}

export function packaged(project: Project, rules: PackageRules, listing: PackageListing, unbuilt: boolean): Packaged {
  const files = new Map(listing.files.map((file) => [file.path, file]))
  const texts = new Map<string, Promise<string | undefined>>()
  return {
    project,
    root: rules.root,
    files,
    ignored: listing.leftOut,
    leftOutFolders: listing.leftOutFolders,
    unbuilt,
    read(name) {
      const file = files.get(name)
      if (file === undefined) return Promise.resolve(undefined)
      // It went away, or may not be read: packaging says so where it matters.
      const text = texts.get(name) ?? readFile(file.file, 'utf8').catch(() => undefined)
      texts.set(name, text)
      return text
    },
    shown: (file) => path.relative(project.folder, path.join(rules.root, file)).replaceAll('\\', '/'),
  }
}

/** The line, from 1, that an offset of a text is on. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/** The line of the first match; undefined where there is none. */
export function lineOf(text: string, pattern: RegExp): number | undefined {
  const match = pattern.exec(text)
  return match === null ? undefined : lineAt(text, match.index)
}
