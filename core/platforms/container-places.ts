import path from 'node:path'

/**
 * The folders in Fabric's images that hold the chaincode's sources while it is built or runs. build.sh of javaenv
 * builds in one made by mktemp.
 */
const INSIDE =
  /(?<![\w.-])\/(?:chaincode\/input\/src|chaincode\/output|usr\/local\/src|slipway\/src|tmp\/tmp\.\w+)\/(?=[\w@-])/g

/** A line printed in a chaincode's container, with its file paths as on this machine. `root`: the packaged folder. */
export function inFolder(line: string, root: string): string {
  return line.includes('/') ? line.replace(INSIDE, `${root.replaceAll(path.sep, '/')}/`) : line
}
