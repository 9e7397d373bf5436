/** What one peer or orderer of a network said. */
type NetworkDetail = {
  address: string
  mspId: string
  message: string
}

/** The real networks that slipway.yaml names, and what their peers answer. */
export const networkErrors = {
  NETWORK_UNKNOWN: (d: { network: string; known: string[]; near: string | undefined }) => ({
    what: `slipway.yaml has no network ${d.network}.`,
    why: d.known.length === 0 ? 'It names no networks.' : `It has ${d.known.join(', ')}.`,
    do:
      d.near === undefined
        ? `Add it: \`networks: { ${d.network}: { profile: …, identity: … } }\`.`
        : `Did you mean \`--network ${d.near}\`?`,
  }),
  NETWORK_INVALID: (d: { network: string; file: string; reason: string; do?: string }) => ({
    what: `The network ${d.network} can't be used as slipway.yaml describes it.`,
    why: `${d.file}: ${d.reason}`,
    do: d.do ?? 'Fix the file, or name another one in slipway.yaml, and call again.',
  }),
  NETWORK_READ_ONLY: (d: { network: string; what: string }) => ({
    what: `The network ${d.network} is read-only for Slipway, so it didn't ${d.what}.`,
    why: 'Others use that network too, and a block can’t be taken back: Slipway writes only where slipway.yaml allows it.',
    do: `To allow it, set \`networks.${d.network}.allowSubmit: true\` in slipway.yaml. Evaluating and reading are always allowed.`,
  }),
  DEPLOYING: (d: { name: string; network: string }) => ({
    what: `${d.name} is being deployed to the network ${d.network} already.`,
    why: 'Two deployments at once would approve the same sequence twice.',
    do: 'Wait until it is over, or cancel it, and deploy again.',
  }),
  NETWORK_UNREACHABLE: (d: { network: string; address: string; reason: string }) => ({
    what: `Slipway can't reach ${d.address}, the peer of the network ${d.network}.`,
    why: d.reason,
    do: 'Check that the network is running, that the address is the peer’s, and that its TLS root certificate is the one in slipway.yaml or the profile.',
  }),
  NETWORK_REFUSED: (d: {
    network: string
    address: string
    /** gRPC's name: `ABORTED`; or `status 500`. */
    status: string
    message: string
    details: NetworkDetail[]
  }) => ({
    what: `The network ${d.network} refused it: ${d.message}`,
    why:
      d.details.length === 0
        ? `${d.address} answered ${d.status}.`
        : d.details.map(({ mspId, address, message }) => `${address} of ${mspId}: ${message}`).join('\n'),
    do: 'Fix what the peer says. If it denies access, use an identity that its channel allows, as `identity` of the network in slipway.yaml.',
  }),
  NETWORK_TIMEOUT: (d: { network: string; address: string; step: string; seconds: number }) => ({
    what: `The network ${d.network} didn't ${d.step} within ${d.seconds} s.`,
    why: `${d.address} took the request and hasn't answered: the chaincode may still be running there, or starting.`,
    do: 'Call again, or set a longer `timeout` for the network in slipway.yaml.',
  }),
  NETWORK_COMMIT_UNKNOWN: (d: { network: string; txId: string; reason: string }) => ({
    what: `Slipway doesn't know how transaction ${d.txId} ended on the network ${d.network}.`,
    why: `It was sent to be ordered, which can't be taken back, and then: ${d.reason}`,
    do: `Look whether it was committed before you send it again: \`slipway evaluate … GetTransactionByID CHANNEL ${d.txId} --chaincode qscc --network ${d.network}\`.`,
  }),
}
