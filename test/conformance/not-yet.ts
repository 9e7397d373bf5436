/** Recordings of what this peer does not have yet, each with what it lacks. They are skipped, and the report says so. */
const notYet: Record<string, string | undefined> = {
  'cc2cc-lifecycle': 'the system chaincode _lifecycle',
  'cc2cc-lscc': 'definitions of _lifecycle, which lscc does not know',
  'cc2cc-qscc': 'the system chaincode qscc',
  ...overAbsoluteMaxBytes(
    'submit put value 10MiB (value generated in cc)',
    'submit put value 40MiB (value generated in cc)',
  ),
  ...overAbsoluteMaxBytes('submit arg 10MiB', 'submit arg 40MiB'),
}

function overAbsoluteMaxBytes(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`large-go: ${name}`, 'a limit of what an orderer takes']))
}

/** Whether this peer lacks what that recording is of; said on the way. */
export function lacks(recording: string): boolean {
  const what = notYet[recording]
  if (what !== undefined) process.stderr.write(`skipped: ${recording} (not yet here: ${what})\n`)
  return what !== undefined
}
