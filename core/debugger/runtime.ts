import type { DebugProtocol } from '../contract/debugger.ts'

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

/** How one runtime is debugged. */
export interface Runtime {
  readonly protocol: DebugProtocol
  /** Where editors look for it unless they are told otherwise. */
  readonly usualPort: number
  /** Whether a second editor is refused while one is connected. */
  readonly oneEditor: boolean
  /** See Debugged. */
  started(argv: readonly string[], env: Record<string, string>): { argv: string[]; env: Record<string, string> }
  heard(line: string): Heard
  listen(news: ListenerNews): Listener
}
