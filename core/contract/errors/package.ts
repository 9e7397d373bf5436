/** The lifecycle package as a file. */
export const packageErrors = {
  PACKAGE_UNWRITABLE: (d: { file: string; reason: string }) => ({
    what: `Slipway couldn't write the chaincode package to ${d.file}.`,
    why: d.reason,
    do: 'Choose another place with --output.',
  }),
  PACKAGE_UNREADABLE: (d: { file: string; reason: string }) => ({
    what: `${d.file} isn't a chaincode package.`,
    why: d.reason,
    do: 'Create it again with `slipway package FOLDER` or `peer lifecycle chaincode package`.',
  }),
}
