/** Program, arguments and environment. */
export interface Start {
  argv: string[]
  env: Record<string, string>
}

/** How a container would start it without a debugger. */
export interface ContainedStart extends Start {
  /** Where its sources are in there, if an editor has to know. */
  root?: string | undefined
  /**
   * Where this machine reaches a port that it publishes, undefined if nowhere; never rejects. Absent: it is on this
   * machine's own network, and publishes none.
   */
  outside?: ((port: number) => Promise<number | undefined>) | undefined
}

/** How a container starts it so that its debugger listens. */
export interface Contained extends Start {
  /** Port to publish; absent: none. */
  publish?: number
  files: { path: string; content: string }[]
}

/** A process that is started under its debugger. */
export interface Debugged {
  /**
   * With what it is started so that the debugger listens. `argv` is without Fabric's flags, which follow it; `env` is the
   * whole environment.
   * @throws PeerError TOOL_MISSING, where the debugger is a tool of its own
   */
  started(argv: readonly string[], env: Record<string, string>): Promise<Start>
  /** With what it is started in a container, so that the debugger listens there. */
  contained(start: ContainedStart): Contained
  /** It has printed this line. */
  printed(line: string): void
  /**
   * The chaincode, where what was started is only its debugger; it stands until it is told to begin. undefined: what was
   * started is the chaincode itself, or has ended before.
   * @throws PeerError DEBUG_FAILED, where the debugger doesn't tell its process
   */
  program(): Promise<DebuggedProgram | undefined>
  /** It has ended, or was never started. Idempotent. */
  ended(): void
}

/** A chaincode that its debugger has started, as a process and group of its own. */
export interface DebuggedProgram {
  readonly pid: number
  /** How it ended; undefined: its debugger ended or let go of it. Never rejects. */
  readonly ended: Promise<{ code: number | null; signal: string | null } | undefined>
  /** Once. */
  begin(): void
}
