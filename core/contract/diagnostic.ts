/** A place in a source file, named by a compiler or a stack trace. */
export interface Diagnostic {
  /** Relative to the chaincode's folder if it is inside, otherwise absolute. */
  file: string
  line: number
  column?: number | undefined
  severity: 'error' | 'warning'
  /** `TS2345`, if the compiler gives one. */
  code?: string | undefined
  message: string
}
