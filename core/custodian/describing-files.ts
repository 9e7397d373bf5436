/** Files that describe a chaincode, in its folder. */
const describing =
  /^(slipway\.ya?ml|package\.json|go\.mod|pom\.xml|build\.gradle(\.kts)?|settings\.gradle(\.kts)?|.*collections.*\.json)$/

/** Whether a change of this file, relative to the folder, may change what the chaincode is. */
export function describesChaincode(file: string): boolean {
  // Outside the folder are the slipway.yaml that lists it, and its Go module.
  return describing.test(file.replace(/^(?:\.\.\/)+/, ''))
}
