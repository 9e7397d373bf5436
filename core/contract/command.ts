declare const signature: unique symbol

/** A command's name, with its signature for the compiler alone. */
export interface Command<Args, Result> {
  readonly [signature]?: (args: Args, signal?: AbortSignal) => Promise<Result>
}

/** The argument of a command that takes none. */
export type Nothing = Record<string, never>

export function command<Args, Result = void>(): Command<Args, Result> {
  return {}
}

/** The functions of a map of commands. */
export type ApiOf<Commands> = {
  [Name in keyof Commands]: Commands[Name] extends Command<infer Args, infer Result>
    ? (args: Args, signal?: AbortSignal) => Promise<Result>
    : never
}

/** A function for each of these commands, which runs it by name. */
export function apiOver<Commands extends object>(
  commands: Commands,
  run: (name: keyof Commands, args: never, signal?: AbortSignal) => Promise<unknown>,
): ApiOf<Commands> {
  const functions = Object.keys(commands).map((name) => [
    name,
    (args: never, signal?: AbortSignal) => run(name as keyof Commands, args, signal),
  ])
  return Object.fromEntries(functions) as ApiOf<Commands>
}
