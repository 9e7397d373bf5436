/** A process that is started under its debugger. */
export interface Debugged {
  /** Program, arguments and environment with which the debugger listens. `argv` is without Fabric's flags, which follow it. */
  started(argv: readonly string[], env: Record<string, string>): { argv: string[]; env: Record<string, string> }
  /** It has printed this line. */
  printed(line: string): void
  /** It has ended, or was never started. Idempotent. */
  ended(): void
}
