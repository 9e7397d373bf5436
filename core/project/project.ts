import type { Difference, Language, Mode, StartedBy } from '../contract/state.ts'

/** A chaincode folder understood: what detection, slipway.yaml and the command line say together. */
export interface Project {
  /** Absolute. */
  folder: string
  /** The slipway.yaml that lists it, absolute, where that is not in its own folder. */
  listedIn?: string
  name: string
  version: string
  /** Where it is called, unless a call says otherwise. */
  channel: string
  /** All that it is defined on, its own first. */
  channels: readonly string[]
  language: Language
  /** `Go`, `JavaScript`, `TypeScript`, `Java`. */
  dialect: string
  /** `go`, `npm`, `gradle`, `maven`. */
  buildTool: string
  mode: Mode
  startedBy: StartedBy
  initRequired: boolean
  /** Who must endorse: an ApplicationPolicy; absent: as the channel says. */
  endorsementPolicy?: Uint8Array
  /** Its private collections: a CollectionConfigPackage. */
  collections?: Uint8Array
  /** Chaincode as a service: where it listens. */
  server?: string
  /** Shell command in place of the platform's own build. */
  build?: string
  /** Shell command in place of the platform's own start. */
  start?: string
  /** Added to the chaincode's environment. */
  env: Record<string, string>
  /** Globs relative to the folder; watched instead of everything. */
  watch?: string[]
  /** Globs relative to the folder; ignored beside what always is. */
  ignore: string[]
  /** How a person builds and starts it in a terminal, less Fabric's own flags and environment. */
  terminal: TerminalCommand
}

/** Programs with arguments, to be run in the project's folder. */
export interface TerminalCommand {
  /** To run first, where the language is compiled. */
  build?: string[]
  argv: string[]
}

/** A chaincode's code.tar.gz as Fabric's own packager would make it; byte-equal for equal files. */
export interface CodePackage {
  /** gzip of a tar; at most 100 MB. */
  code: Buffer
  /** sha256 of `code`, hex: what decides whether an image is this code's. */
  hash: string
  /** In the order of the tar, `src/…` and `META-INF/…`. */
  files: { name: string; size: number }[]
  differences: Difference[]
}

/** A project built: what a start needs to know of it. */
export interface BuiltProject {
  project: Project
  /** Number of the build. */
  build: number
  /** What was packaged for net mode; absent in dev mode, which runs the folder itself. */
  code?: CodePackage
  /** Program and arguments, without Fabric's own flags: `['<folder>/.slipway/build/marbles-3']`, `['npm', 'start', '--']`. */
  argv: string[]
  /**
   * Where a pre-warmed process may take over: the shim's folder in the user's node_modules. Otherwise why not.
   * Absent for languages that have no warm start.
   */
  warm?: { shim: string } | { reason: string }
  /** Files and folders that the build made, absolute, where these are all it made; absent where that is not known. */
  made?: string[]
}
