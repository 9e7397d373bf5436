/** Organisations, their identities, and which of them a peer refuses. */
export const identityErrors = {
  IDENTITY_UNKNOWN: (d: { identity: string; known: string[] }) => ({
    what: `The identity ${d.identity} doesn't exist.`,
    why: d.known.length === 0 ? 'That organisation has no identities.' : `Known identities: ${d.known.join(', ')}.`,
    do: 'Choose an existing one, or create it with `slipway identity issue`.',
  }),
  IDENTITY_AMBIGUOUS: (d: { name: string; known: string[] }) => ({
    what: `Several organisations have an identity ${d.name}.`,
    why: `There is ${d.known.join(' and ')}.`,
    do: `Name the organisation too: ${d.known[0] ?? d.name}.`,
  }),
  IDENTITY_EXISTS: (d: { identity: string }) => ({
    what: `The identity ${d.identity} already exists.`,
    why: 'Slipway never overwrites a certificate and its key: transactions signed with them refer to them.',
    do: 'Choose another name, or remove the existing identity first.',
  }),
  IDENTITY_INVALID: (d: { message: string }) => ({
    what: 'That isn’t a valid identity.',
    why: d.message,
    do: 'Provide a name of letters, digits, ., - and _, an X.509 certificate in PEM, and its private key in PEM: ECDSA on P-256 or P-384, or Ed25519.',
  }),
  IDENTITY_KEY: (d: { algorithm: string }) => ({
    what: `A peer of these channels accepts no ${d.algorithm} key.`,
    why: 'Ed25519 needs a peer of Fabric 3 and channels with the capability V3_0.',
    do: "Use an ECDSA key, or set peer.version: '3.1' in slipway.yaml, without peer.capabilities.channel.",
  }),
  IDENTITY_NEEDED: (d: { identity: string; reason: string }) => ({
    what: `${d.identity} can't be removed.`,
    why: d.reason,
    do: 'Make another identity the default first. The identity that endorses stays as long as its organisation.',
  }),
  IDENTITY_WRITE: (d: { file: string; message: string }) => ({
    what: `Slipway couldn't write ${d.file}.`,
    why: d.message,
    do: 'Check that the disk has space and that you may write there. The earlier contents are unchanged.',
  }),
  ORGANISATION_UNKNOWN: (d: { mspId: string; known: string[] }) => ({
    what: `The organisation ${d.mspId} doesn't exist.`,
    why: `Known organisations: ${d.known.join(', ')}.`,
    do: 'Choose one of these, or add it under `peer.organisations` in slipway.yaml or with `slipway identity add-org`.',
  }),
  ORGANISATION_EXISTS: (d: { mspId: string }) => ({
    what: `The organisation ${d.mspId} already exists.`,
    why: 'An MSP id names one organisation.',
    do: 'Use that organisation, or choose another id.',
  }),
  ORGANISATION_INVALID: (d: { mspId: string }) => ({
    what: `${JSON.stringify(d.mspId)} isn't a valid MSP id.`,
    why: 'Slipway allows letters, digits, . and -, at most 64 of them, beginning with a letter or digit. OrdererMSP is reserved for the orderer.',
    do: 'Choose another id, like Org2MSP.',
  }),
  ACCESS_DENIED: (d: { message: string; reason: string }) => ({
    what: d.message,
    why: d.reason,
    do: 'Call as another identity. If you imported this one, import it again together with its CA’s certificate.',
  }),
}
