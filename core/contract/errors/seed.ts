/** Files of state: `slipway export-state` writes them, and `slipway import-state` reads them. */
export const seedErrors = {
  STATE_FILE_READ: (d: { file: string; message: string }) => ({
    what: `Slipway can't read the state in ${d.file}.`,
    why: d.message,
    do: 'Name a file that `slipway export-state` has written, and that your user may read.',
  }),
  STATE_FILE_WRITE: (d: { file: string; message: string }) => ({
    what: `Slipway couldn't write the state to ${d.file}.`,
    why: d.message,
    do: 'Name a file in an existing folder where your user may write.',
  }),
  STATE_FILE_EXISTS: (d: { file: string }) => ({
    what: `${d.file} exists already.`,
    why: 'An export would replace what it holds.',
    do: 'Choose another name, or add --force.',
  }),
  STATE_LINE: (d: { file: string; line: number; message: string }) => ({
    what: `${d.file}:${d.line} can't be imported; nothing was.`,
    why: d.message,
    do: 'Correct that line, or export the state again.',
  }),
  STATE_REFUSED: (d: { file: string; line: number; code: string; message: string }) => ({
    what: `The channel refuses what ${d.file} holds from line ${d.line} on; nothing was imported.`,
    why: `${d.code}: ${d.message}`,
    do: 'Add the organisations that the policies ask for, or take their keys out of the file.',
  }),
}
