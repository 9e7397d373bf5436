import type { DebugProtocol } from '../contract/debugger.ts'
import type { Contained, DebuggedProgram, Start } from './debugged.ts'

/** Reads along what one editor and the process say to each other, and holds nothing up. */
export interface Listener {
  fromProcess(chunk: Buffer): void
  fromEditor(chunk: Buffer): void
}

/** What is heard on one connection. */
export interface ListenerNews {
  /** It is an editor's, and doesn't only ask what there is to debug. */
  attached(): void
  /** The process stops for that editor, or goes on. */
  paused(stands: boolean): void
}

/** What a line of the process says about its debugger: where it listens, or that the process waits only for editors to leave. */
export type Heard = { port: number } | 'waits-to-end' | undefined

/** What a debugger that is a process of its own has started, as Slipway sees it. */
export interface WatchedProgram extends DebuggedProgram {
  /**
   * The last editor has left: drop its breakpoints and let the program go on. Done when it does, or when the debugger
   * hasn't answered in time; never rejects.
   */
  abandon(): Promise<void>
  /** Look at it no longer. Idempotent. */
  close(): void
}

/** How one runtime is debugged. */
export interface Runtime {
  readonly protocol: DebugProtocol
  /** Where editors look for it unless they are told otherwise. */
  readonly usualPort: number
  /** Whether a second editor is refused while one is connected. */
  readonly oneEditor: boolean
  /** See Debugged. */
  started(argv: readonly string[], env: Record<string, string>): Promise<Start>
  heard(line: string): Heard
  /** In a container, so that it listens at this address. */
  contained(start: Start, address: { host: string; port: number }): Omit<Contained, 'publish'>
  listen(news: ListenerNews): Listener
  /**
   * Where the debugger is a process of its own: what it has started, from the first port on. `paused`: the program stands,
   * whoever stopped it, which is said again and again, or goes on. `isContained`: its process isn't this machine's.
   * @throws PeerError DEBUG_FAILED, where the debugger ends before, or doesn't tell its process
   */
  watch?(port: number, paused: (stands: boolean) => void, isContained: boolean): Promise<WatchedProgram>
}
