/** Organisations, who is in them, and what a peer refuses of them. */
export const identityErrors = {
  IDENTITY_UNKNOWN: (d: { identity: string; known: string[] }) => ({
    what: `There is no identity ${d.identity}.`,
    why: d.known.length === 0 ? 'That organisation has none.' : `Known are ${d.known.join(', ')}.`,
    do: 'Choose one of these, or make it with `slipway identity issue`.',
  }),
  IDENTITY_EXISTS: (d: { identity: string }) => ({
    what: `There is an identity ${d.identity} already.`,
    why: 'A certificate and its key are never overwritten: transactions that it signed refer to it.',
    do: 'Choose another name, or remove that one first.',
  }),
  IDENTITY_INVALID: (d: { message: string }) => ({
    what: 'That cannot be an identity.',
    why: d.message,
    do: 'Give a name of letters, digits, ., - and _, an X.509 certificate in PEM, and its ECDSA private key in PEM.',
  }),
  IDENTITY_NEEDED: (d: { identity: string; reason: string }) => ({
    what: `${d.identity} cannot be removed.`,
    why: d.reason,
    do: 'Make another identity the default one first; the one that endorses stays as long as its organisation.',
  }),
  IDENTITY_WRITE: (d: { file: string; message: string }) => ({
    what: `${d.file} could not be written.`,
    why: d.message,
    do: 'Check that the disk has room and that you may write there. What was there before is unchanged.',
  }),
  ORGANISATION_UNKNOWN: (d: { mspId: string; known: string[] }) => ({
    what: `There is no organisation ${d.mspId}.`,
    why: `Known are ${d.known.join(', ')}.`,
    do: 'Choose one of these, or add it to `peer.organisations` in slipway.yaml or with `slipway identity add-org`.',
  }),
  ORGANISATION_EXISTS: (d: { mspId: string }) => ({
    what: `There is an organisation ${d.mspId} already.`,
    why: 'An MSP id names one organisation.',
    do: 'Use that one, or choose another id.',
  }),
  ORGANISATION_INVALID: (d: { mspId: string }) => ({
    what: `${JSON.stringify(d.mspId)} cannot be an MSP id.`,
    why: 'Here one has letters, digits, . and -, begins with a letter or digit, and is at most 64 long; OrdererMSP is that of the orderer.',
    do: 'Choose another, like Org2MSP.',
  }),
  ACCESS_DENIED: (d: { message: string; reason: string }) => ({
    what: d.message,
    why: d.reason,
    do: 'Call as another identity. For one that was imported, import it again together with the certificate of its CA.',
  }),
}
