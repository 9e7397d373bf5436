import path from 'node:path'

/**
 * The folders inside of Fabric's images that hold the chaincode's sources while it is built or runs. build.sh of javaenv
 * builds in one that mktemp makes.
 */
const INSIDE =
  /(?<![\w.-])\/(?:chaincode\/input\/src|chaincode\/output|usr\/local\/src|slipway\/src|tmp\/tmp\.\w+)\/(?=[\w@-])/g

/**
 * A line printed in a container of the chaincode, with the files it names as they are on this machine. `root`: the
 * folder that was packaged.
 */
export function inFolder(line: string, root: string): string {
  return line.includes('/') ? line.replace(INSIDE, `${root.replaceAll(path.sep, '/')}/`) : line
}
