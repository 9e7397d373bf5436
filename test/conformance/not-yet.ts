/** Recordings of what this peer does not have yet, each with what it lacks. They are skipped, and the report says so. */
const notYet: Record<string, string | undefined> = {}

/** Whether this peer lacks what that recording is of; said on the way. */
export function lacks(recording: string): boolean {
  const what = notYet[recording]
  if (what !== undefined) process.stderr.write(`skipped: ${recording} (not yet here: ${what})\n`)
  return what !== undefined
}
