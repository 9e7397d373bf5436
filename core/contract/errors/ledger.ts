import { faultAdvice, type SystemFault } from '../system-fault.ts'

/** The store in the folder's .slipway. */
export const ledgerErrors = {
  LEDGER_LOCKED: (d: { dataDir: string; pid?: number }) => ({
    what: `Another Slipway is using ${d.dataDir}${d.pid === undefined ? '' : ` (process ${d.pid})`}.`,
    why: 'Only one process at a time can open a ledger.',
    do: 'Use that Slipway, stop it, or choose another place with --data-dir.',
  }),
  LEDGER_OPEN: (d: { dataDir: string; message: string; fault?: SystemFault | undefined }) => ({
    what: `Slipway can't open the ledger in ${d.dataDir}.`,
    why: d.message,
    do:
      d.fault === undefined
        ? 'If it is damaged, you can safely delete the folder .slipway: you then start with an empty ledger. Or choose another place with --data-dir.'
        : faultAdvice[d.fault],
  }),
  DATA_NEWER: (d: { dataDir: string; format: number; slipway: string; ownFormat: number; ownSlipway: string }) => ({
    what: `Slipway ${d.slipway} wrote the data in ${d.dataDir}, and this is Slipway ${d.ownSlipway}.`,
    why: `The data has format ${d.format}; this version knows formats up to ${d.ownFormat}. It left everything as it was.`,
    do: `Open the folder with Slipway ${d.slipway} or newer, or choose another place for the data with --data-dir.`,
  }),
  DATA_MIGRATION: (d: { dataDir: string; from: number; to: number; message: string }) => ({
    what: `Slipway couldn't migrate the data in ${d.dataDir} from format ${d.from} to ${d.to}.`,
    why: d.message,
    do: 'Check that the disk has space for a copy of the data and that you may write there, then open the folder again.',
  }),
  LEDGER_WRITE: (d: { message: string; full: boolean; fault?: SystemFault | undefined }) => ({
    what: 'Slipway couldn’t write the block, so none of it was committed.',
    why: d.full ? 'The disk is full.' : d.message,
    do: d.full
      ? 'Free some space and submit again.'
      : d.fault === undefined
        ? 'Check the disk, then submit again.'
        : faultAdvice[d.fault],
  }),
  LEDGER_READ: (d: { message: string; fault?: SystemFault | undefined }) => ({
    what: 'Slipway couldn’t read the ledger.',
    why: d.message,
    do:
      d.fault !== undefined
        ? faultAdvice[d.fault]
        : 'Try again. If it keeps failing, check the disk. You can safely delete the folder .slipway: you then start with an empty ledger.',
  }),
  LEDGER_CLOSED: (_d: Record<string, never>) => ({
    what: 'The ledger is closed.',
    why: 'Slipway is shutting down.',
    do: 'Start Slipway again.',
  }),
  DATA_COPY: (d: { from: string; to: string; message: string; fault?: SystemFault | undefined }) => ({
    what: `Slipway couldn't copy the data of ${d.from} to ${d.to}.`,
    why: d.message,
    do:
      d.fault === undefined
        ? 'Try again. The data itself is as it was.'
        : d.fault === 'full'
          ? 'Free some space on that disk: it needs room for a copy of the ledger.'
          : faultAdvice[d.fault],
  }),
  IDENTITY_DAMAGED: (d: { file: string; message: string; fault?: SystemFault | undefined }) => ({
    what: `Slipway can't read the development identity in ${d.file}.`,
    why: d.message,
    do:
      d.fault === undefined
        ? 'Delete that folder: Slipway creates a new identity at the next start. The ledger is kept.'
        : faultAdvice[d.fault],
  }),
}
