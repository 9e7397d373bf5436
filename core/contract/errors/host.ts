/** The program around the peer: its installation, and its end. */
export const hostErrors = {
  SAMPLE_COPY: (d: { folder: string; message: string }) => ({
    what: `Slipway can't copy the sample from ${d.folder} to a place where you can edit it.`,
    why: d.message,
    do: 'Check that the disk has space. SLIPWAY_SETTINGS names another place for settings and samples.',
  }),
  CRASHED: (d: { message: string; report?: string }) => ({
    what: 'Slipway had to end because of a fault of its own. It stopped your chaincode; every committed block is kept.',
    why: d.message,
    do:
      d.report === undefined
        ? 'Start Slipway again. If it happens again, please report it with the text above.'
        : `Start Slipway again. If it happens again, please report it with the file ${d.report}; it was sent to nobody.`,
  }),
}
