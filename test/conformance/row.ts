/** One row of the suite's report, which a test leaves in its `meta`. */
export interface Row {
  recording: string
  fabric: string
  shim: string
  verdict: 'equal' | 'differs on purpose' | 'differs'
  /** How it differs, and why where that is on purpose. */
  detail: string
}

declare module 'vitest' {
  interface TaskMeta {
    conformance?: Row
  }
}

/** What the report says of these differences. */
export function verdict(found: string[], reason?: string): Pick<Row, 'verdict' | 'detail'> {
  if (found.length === 0) return { verdict: 'equal', detail: '' }
  if (reason === undefined) return { verdict: 'differs', detail: found.join('; ') }
  return { verdict: 'differs on purpose', detail: `${reason} (${found.join('; ')})` }
}
