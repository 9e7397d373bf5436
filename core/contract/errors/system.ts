import { faultAdvice } from '../system-fault.ts'

/** What the system refuses, wherever it meets Slipway. */
export const systemErrors = {
  DISK_FULL: (d: { message: string }) => ({
    what: 'The disk is full.',
    why: d.message,
    do: faultAdvice.full,
  }),
  READ_ONLY: (d: { message: string }) => ({
    what: 'Slipway may not write there.',
    why: d.message,
    do: faultAdvice['read-only'],
  }),
  TOO_MANY_FILES: (d: { message: string }) => ({
    what: 'The system allows Slipway no more open files.',
    why: d.message,
    do: faultAdvice.files,
  }),
}
