/** The doors: browser, window and command line. */
export const browserErrors = {
  DOOR_PORT_TAKEN: (d: { address: string }) => ({
    what: `Slipway can't open the browser door on ${d.address}.`,
    why: 'Another program is listening there.',
    do: 'Choose another port with --port, or leave --port out and Slipway picks a free one.',
  }),
  DOOR_REFUSED: (d: { reason: string }) => ({
    what: 'The browser door refused the request.',
    why: d.reason,
    do: 'Get a new address in a terminal: slipway open FOLDER, with the folder of your chaincode.',
  }),
  READY_FILE_UNWRITABLE: (d: { file: string; reason: string }) => ({
    what: `Slipway can't write the ready file ${d.file}.`,
    why: d.reason,
    do: 'Give --ready-file the path of a new file, in an existing folder where your user can write.',
  }),
  DISCONNECTED: (d: { message: string }) => ({
    what: 'The connection to Slipway was lost.',
    why: d.message,
    do: 'If Slipway is still running, this page reconnects automatically.',
  }),
  NO_PEER: (_d: Record<string, never>) => ({
    what: 'No chaincode folder is open.',
    why: 'The peer starts when you open the first folder.',
    do: 'Open a chaincode folder, or try the sample.',
  }),
}
