/** The doors themselves: browser, window, command line. */
export const browserErrors = {
  DOOR_PORT_TAKEN: (d: { address: string }) => ({
    what: `The browser door cannot open on ${d.address}.`,
    why: 'Another program listens there.',
    do: 'Choose another with --port, or leave it out: then a free one is taken.',
  }),
  DOOR_REFUSED: (d: { reason: string }) => ({
    what: 'The browser door refused the request.',
    why: d.reason,
    do: 'Open the address that Slipway printed, with its token.',
  }),
  DISCONNECTED: (d: { message: string }) => ({
    what: 'The connection to Slipway was lost.',
    why: d.message,
    do: 'If Slipway still runs, this page connects again by itself.',
  }),
  NO_PEER: (_d: Record<string, never>) => ({
    what: 'No chaincode folder is open.',
    why: 'A peer starts with its first folder.',
    do: 'Open a chaincode folder, or try the sample.',
  }),
}
