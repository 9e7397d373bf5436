/** Files that describe a chaincode, in its folder. */
const describing =
  /^(slipway\.ya?ml|package\.json|go\.mod|pom\.xml|build\.gradle(\.kts)?|settings\.gradle(\.kts)?|.*collections.*\.json)$/

/** Whether a change of this file, relative to the folder, may change what the chaincode is. */
export function describesChaincode(file: string): boolean {
  // Outside the folder, only the slipway.yaml that lists it is watched.
  return describing.test(file) || file.startsWith('../')
}
