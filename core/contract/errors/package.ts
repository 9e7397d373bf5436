/** The lifecycle package, as a file. */
export const packageErrors = {
  PACKAGE_UNWRITABLE: (d: { file: string; reason: string }) => ({
    what: `The chaincode package could not be written to ${d.file}.`,
    why: d.reason,
    do: 'Choose another place with --output.',
  }),
  PACKAGE_UNREADABLE: (d: { file: string; reason: string }) => ({
    what: `${d.file} is no chaincode package.`,
    why: d.reason,
    do: 'Make it anew: `slipway package FOLDER`, or `peer lifecycle chaincode package`.',
  }),
}
