import type { Language } from '../contract/language.ts'
import type { Difference } from '../contract/difference.ts'
import type { Mode, StartedBy } from '../contract/mode.ts'
import type { NetworkSettings } from './network-yaml.ts'

/** A chaincode folder, as detection, slipway.yaml and the command line together describe it. */
export interface Project {
  /** Absolute. */
  folder: string
  /** The slipway.yaml that lists it, absolute, if that isn't in its own folder. */
  listedIn?: string | undefined
  name: string
  version: string
  /** The channel it's called on, unless a call names another one. */
  channel: string
  /** All channels it's defined on, its own first. */
  channels: readonly string[]
  language: Language
  /** `Go`, `JavaScript`, `TypeScript`, `Java`. */
  dialect: string
  /** `go`, `npm`, `gradle`, `maven`. */
  buildTool: string
  mode: Mode
  startedBy: StartedBy
  /** What Slipway starts is started under its language's debugger, where `debugsIn` says so. Absent: it isn't. */
  debug?: boolean | undefined
  /** Where editors are to reach it, of 127.0.0.1; absent: at its usual port, or the next free one. */
  debugPort?: number | undefined
  initRequired: boolean
  /** False: its author defines it with _lifecycle, and until then it isn't on its channels. Absent: Slipway does. */
  define?: boolean | undefined
  /** Who must endorse: an ApplicationPolicy. Default: the channel's. */
  endorsementPolicy?: Uint8Array | undefined
  /** Its private collections: a CollectionConfigPackage. */
  collections?: Uint8Array | undefined
  /** Chaincode as a service: where it listens. */
  server?: string | undefined
  /** Where those listen that its author starts for other organisations, by MSP id. */
  servers?: Record<string, string> | undefined
  /** Shell command that replaces the platform's own build. */
  build?: string | undefined
  /** Shell command that replaces the platform's own start. */
  start?: string | undefined
  /** Net mode, for the language `other`: the image that it is built and runs in. */
  image?: string | undefined
  /** Added to the chaincode's environment. */
  env: Record<string, string>
  /** Patterns of paths, relative to the folder, that are watched instead of everything. */
  watch?: string[] | undefined
  /** Patterns of paths, relative to the folder, that are ignored in addition to those that always are. */
  ignore: string[]
  /** Real networks that it may be called on, by name. */
  networks?: Readonly<Record<string, NetworkSettings>> | undefined
  /** How a person builds and starts it in a terminal, without Fabric's own flags and environment. */
  terminal: TerminalCommand
}

/** Programs with arguments, to be run in the project's folder. */
export interface TerminalCommand {
  /** To run first, if the language is compiled. */
  build?: string[] | undefined
  argv: string[]
}

/** A chaincode's code.tar.gz, as Fabric's own packager would write it: the same bytes for the same files. */
export interface CodePackage {
  /** gzip of a tar; at most 100 MB. */
  code: Buffer
  /** sha256 of `code`, hex: decides whether an image was made from this code. */
  hash: string
  /** In the order of the tar, `src/…` and `META-INF/…`. */
  files: { name: string; size: number }[]
  differences: Difference[]
}

/** A built project: what a start needs to know. */
export interface BuiltProject {
  project: Project
  /** Number of the build. */
  build: number
  /** Its package, in net mode; dev mode runs the folder itself. */
  code?: CodePackage | undefined
  /** Program and arguments, without Fabric's own flags: `['<folder>/.slipway/build/marbles-3']`, `['npm', 'start', '--']`. */
  argv: string[]
  /**
   * The shim's folder in the user's node_modules, with which a pre-warmed process may take over, or why none may. Absent
   * for languages without a warm start.
   */
  warm?: { shim: string } | { reason: string } | undefined
  /** The files and folders that the build made, absolute; absent if they aren't all known. */
  made?: string[] | undefined
}
