/** Recordings of what this peer does not have yet, each with what it lacks. They are skipped, and the report says so. */
export const notYet: Record<string, string | undefined> = {
  'cc2cc-lifecycle': 'the system chaincode _lifecycle',
  'cc2cc-lscc': 'definitions of _lifecycle, which lscc does not know',
  'cc2cc-qscc': 'the system chaincode qscc',
  'priv-privget__implicit_org_SampleOrg': 'implicit collections',
  'priv-privhash__implicit_org_SampleOrg': 'implicit collections',
  'priv-privput__implicit_org_Nope': 'implicit collections',
}
