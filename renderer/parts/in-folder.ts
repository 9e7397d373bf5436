/** A file that a compiler named, as an absolute path: those inside the chaincode's folder are given relative to it. */
export function inFolder(file: string, folder: string | undefined): string {
  return folder === undefined || /^(\/|[A-Za-z]:[\\/])/.test(file) ? file : `${folder}/${file}`
}
