/** A place in a source file that a compiler or a stack trace named. */
export interface Diagnostic {
  /** Relative to the folder where it is inside, else absolute. */
  file: string
  line: number
  column?: number
  severity: 'error' | 'warning'
  /** `TS2345`, where the compiler has one. */
  code?: string
  message: string
}
