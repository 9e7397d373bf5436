/** Recordings of what Slipway doesn't support yet, each with what is missing. They are skipped, and the report says so. */
const notYet: Record<string, string | undefined> = {}

/** Whether Slipway doesn't support what that recording needs; prints so. */
export function lacks(recording: string): boolean {
  const what = notYet[recording]
  if (what !== undefined) process.stderr.write(`skipped: ${recording} (not supported yet: ${what})\n`)
  return what !== undefined
}
