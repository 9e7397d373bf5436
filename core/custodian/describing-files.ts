/** Files that say what a chaincode is, in its folder. */
const describing =
  /^(slipway\.ya?ml|package\.json|go\.mod|pom\.xml|build\.gradle(\.kts)?|settings\.gradle(\.kts)?|.*collections.*\.json)$/

/** Whether a change of this file, relative to the folder, may make another chaincode of it. */
export function describesChaincode(file: string): boolean {
  // Outside of it nothing is watched but the slipway.yaml that lists it.
  return describing.test(file) || file.startsWith('../')
}
