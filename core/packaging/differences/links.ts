import type { Difference } from '../../contract/difference.ts'

/** A link to a file of the folder. */
export function copiedLink(file: string, target: string): Difference {
  return {
    name: 'symlink',
    what: `${file} goes into the package as a copy of ${target}.`,
    why: 'A package holds no links. Writing to one of the two files does not change the other, and paths relative to the copy begin in its own folder.',
    do: `Nothing, unless it loads other files by a relative path: then use ${target} itself.`,
    file,
    fatal: false,
  }
}

/** A link where a folder is left out, such as node_modules. */
export function linkedFolder(file: string): Difference {
  return {
    name: 'symlink',
    what: `${file} is a link. \`peer lifecycle chaincode package\` stops at it with an error; Slipway leaves it out.`,
    why: 'Fabric leaves out a folder of that name, but treats a link as a file.',
    do: 'Nothing for `slipway package`. To use the peer command, replace it with a folder.',
    file,
    fatal: false,
  }
}

/** A file with the setuid or setgid bit. */
export function privileged(file: string): Difference {
  return {
    name: 'file-mode',
    what: `${file} loses its setuid and setgid bits.`,
    why: 'Every file of a package has the mode 0644.',
    do: 'Do not rely on it: a chaincode runs with the rights of its container.',
    file,
    fatal: false,
  }
}
