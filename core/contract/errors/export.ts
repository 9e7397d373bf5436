/** Files for client applications. */
export const exportErrors = {
  EXPORT_EXISTS: (d: { folder: string; files: string[] }) => ({
    what: `Slipway would overwrite ${d.files.length === 1 ? 'a file' : `${d.files.length} files`} in ${d.folder} that it didn't write.`,
    why: `There already: ${d.files.slice(0, 5).join(', ')}${d.files.length > 5 ? ', …' : ''}.`,
    do: 'Choose another folder, or add --force to overwrite them.',
  }),
  EXPORT_OUTDATED: (d: { folder: string; addresses: string[] }) => ({
    what: `The files in ${d.folder} name ${d.addresses.join(', ')}, where this peer isn't.`,
    why: 'They were written when it listened there, or was going to. Now it has other ports.',
    do: 'Export them again, or free those ports and start Slipway again.',
  }),
  EXPORT_WRITE: (d: { folder: string; message: string }) => ({
    what: `Slipway couldn't write the export to ${d.folder}.`,
    why: d.message,
    do: 'Check that the disk has space and that you may write there, then export again.',
  }),
}
