/** What the system refuses a program for reasons that are nobody's bug. */
export type SystemFault = 'full' | 'read-only' | 'files'

const codes: Record<string, SystemFault> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
  EMFILE: 'files',
  ENFILE: 'files',
}

/** LevelDB reports the system's text without its code (Status::IOError: util/env_posix.cc). */
const texts: [RegExp, SystemFault][] = [
  [/no space left|disk quota exceeded|file too large/i, 'full'],
  [/read-only file system|permission denied/i, 'read-only'],
  [/too many open files/i, 'files'],
]

/** The fault of the system that an error, or one of its causes, reports. Pure. */
export function systemFault(thrown: unknown): SystemFault | undefined {
  let error = thrown
  for (let depth = 0; error instanceof Error && depth < 10; depth++) {
    const code = 'code' in error && typeof error.code === 'string' ? codes[error.code] : undefined
    const { message } = error
    const fault = code ?? texts.find(([pattern]) => pattern.test(message))?.[1]
    if (fault !== undefined) return fault
    error = error.cause
  }
  return undefined
}

/** What to do about it. */
export const faultAdvice: Record<SystemFault, string> = {
  full: 'Free some space on that disk and try again. What is committed is kept.',
  'read-only':
    'Give your user write access there, or keep the data in another folder: start `slipway run`, `serve`, `submit` or `evaluate` with --data-dir.',
  files: 'Close some programs, or raise the limit (`ulimit -n 4096` in this terminal), and start Slipway again.',
}
