import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Project } from '../../project/project.ts'

/** A project as a package has it, next to its folder as it is. Paths are relative to `root`, with forward slashes. */
export interface Packaged {
  project: Project
  /** The folder that was packaged, absolute: for Go the module's, which may be above the project's. */
  root: string
  /** Every file of the package, and its mode. */
  files: ReadonlyMap<string, { mode: number; file: string; size: number }>
  /** Files and folders that `ignore` in slipway.yaml leaves out. */
  ignored: readonly string[]
  /** Folders that Fabric leaves out. */
  leftOutFolders: readonly string[]
  /** Build output was packaged as it was found, and may be old. */
  unbuilt: boolean
  /** The text of a packaged file; undefined if it isn't packaged or can't be read any more. */
  read(file: string): Promise<string | undefined>
  /** A path as an author knows it: relative to the project's folder. */
  shown(file: string): string
}

/** What a walk of the folder found. */
interface Listing {
  files: readonly { path: string; file: string; mode: number; size: number }[]
  leftOut: readonly string[]
  leftOutFolders: readonly string[]
}

export function packaged(project: Project, root: string, listing: Listing, unbuilt: boolean): Packaged {
  const files = new Map(listing.files.map((file) => [file.path, file]))
  const texts = new Map<string, Promise<string | undefined>>()
  return {
    project,
    root,
    files,
    ignored: listing.leftOut,
    leftOutFolders: listing.leftOutFolders,
    unbuilt,
    read(name) {
      const file = files.get(name)
      if (file === undefined) return Promise.resolve(undefined)
      // It may be gone or unreadable: packaging reports that if it matters.
      const text = texts.get(name) ?? readFile(file.file, 'utf8').catch(() => undefined)
      texts.set(name, text)
      return text
    },
    shown: (file) => path.relative(project.folder, path.join(root, file)).replaceAll('\\', '/'),
  }
}

/** The line, from 1, that an offset of a text is on. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/** The line of the first match; undefined without one. */
export function lineOf(text: string, pattern: RegExp): number | undefined {
  const match = pattern.exec(text)
  return match === null ? undefined : lineAt(text, match.index)
}
