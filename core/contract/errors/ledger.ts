/** The store under the folder's .slipway. */
export const ledgerErrors = {
  LEDGER_LOCKED: (d: { dataDir: string; pid?: number }) => ({
    what: `Another Slipway is using ${d.dataDir}${d.pid === undefined ? '' : ` (process ${d.pid})`}.`,
    why: 'A ledger is opened by one process at a time.',
    do: 'Use that one, end it, or choose another place with --data-dir.',
  }),
  LEDGER_OPEN: (d: { dataDir: string; message: string }) => ({
    what: `The ledger in ${d.dataDir} cannot be opened.`,
    why: d.message,
    do: 'Check that the disk has room and that you may write there. The folder .slipway is safe to delete: that starts an empty ledger.',
  }),
  LEDGER_WRITE: (d: { message: string; full: boolean }) => ({
    what: 'The block could not be written, so nothing of it was committed.',
    why: d.full ? 'The disk is full.' : d.message,
    do: d.full ? 'Free some space and submit again.' : 'Check the disk, then submit again.',
  }),
  LEDGER_READ: (d: { message: string }) => ({
    what: 'The ledger could not be read.',
    why: d.message,
    do: 'Try again. If it goes on, check the disk; the folder .slipway is safe to delete: that starts an empty ledger.',
  }),
  LEDGER_CLOSED: (_d: Record<string, never>) => ({
    what: 'The ledger is closed.',
    why: 'Slipway is shutting down.',
    do: 'Start it again.',
  }),
  IDENTITY_DAMAGED: (d: { file: string; message: string }) => ({
    what: `The development identity in ${d.file} cannot be read.`,
    why: d.message,
    do: 'Delete that folder: a new identity is made at the next start. The ledger is kept.',
  }),
}
