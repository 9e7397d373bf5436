import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { PeerError } from '../contract/error.ts'
import { LARGEST_PACKAGE, withoutOrigin } from '../packaging/code.ts'
import { tarEnd, tarHeader, tarPadding } from '../packaging/tar.ts'

export type PackageType = 'golang' | 'node' | 'java' | 'ccaas'

/** A chaincode package of the 2.x lifecycle, taken apart. */
export interface LifecyclePackage {
  type: PackageType
  label: string
  /** Go: the import path of the chaincode, which the peer builds. Other languages: of no use to a peer. */
  path?: string
  /** code.tar.gz. */
  code: Buffer
}

/** Fabric v2.5.16 core/chaincode/persistence/chaincode_package.go, LabelRegexp. */
const LABEL = /^[A-Za-z0-9][A-Za-z0-9_.+-]*$/
/** As installed packages are kept; a label and a hash must fit in the name of a file. */
const LONGEST_LABEL = 180

/** Throws NAME_INVALID unless Fabric takes this label. */
export function checkLabel(label: string): void {
  if (LABEL.test(label) && label.length <= LONGEST_LABEL) return
  const allowed = `letters, digits and _ . + -, beginning with a letter or a digit, at most ${LONGEST_LABEL}`
  throw new PeerError('NAME_INVALID', { what: 'label', value: label, allowed })
}

/**
 * `label.tar.gz`: its tar is byte for byte that of `peer lifecycle chaincode package`, run in the chaincode's folder with
 * `--path .` (Fabric v2.5.16 internal/peer/lifecycle/chaincode/package.go). Throws NAME_INVALID.
 */
export function writeLifecyclePackage({ type, label, path, code }: LifecyclePackage): Buffer {
  checkLabel(label)
  // Go's encoder escapes these; nothing else in a path or a label is written otherwise.
  const json = JSON.stringify({ ...(path === undefined ? {} : { path }), type, label }).replace(
    /[<>&]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  )
  const parts = [
    ['metadata.json', Buffer.from(json)],
    ['code.tar.gz', code],
  ] as const
  const tar = parts.flatMap(([name, bytes]) => [
    tarHeader({ name, type: 'file', mode: 0o100644, uid: 0, gid: 0, size: bytes.length }),
    bytes,
    tarPadding(bytes.length),
  ])
  return withoutOrigin(gzipSync(Buffer.concat([...tar, tarEnd])))
}

/** `label:sha256` of the package, as `peer lifecycle chaincode install` answers. */
export function packageId(label: string, bytes: Uint8Array): string {
  return `${label}:${createHash('sha256').update(bytes).digest('hex')}`
}

/**
 * Take a package apart as a peer does when it is installed (ParseChaincodePackage). `file` is for the words of errors.
 * Throws PACKAGE_UNREADABLE.
 */
export async function readLifecyclePackage(bytes: Uint8Array, file: string): Promise<LifecyclePackage> {
  const unreadable = (reason: string, cause?: unknown) =>
    new PeerError('PACKAGE_UNREADABLE', { file, reason }, cause === undefined ? {} : { cause })
  const entries = await readTar(bytes).catch((error: unknown) => {
    throw unreadable(`It is no gzipped tar: ${(error as Error).message}`, error)
  })
  const other = entries.find(({ type }) => type !== 'file')
  if (other !== undefined) throw unreadable(`${other.name} in it is no regular file.`)
  const code = entries.findLast(({ name }) => name === 'code.tar.gz')?.bytes
  const metadata = entries.findLast(({ name }) => name === 'metadata.json')?.bytes
  if (code === undefined || metadata === undefined) throw unreadable('It lacks metadata.json or code.tar.gz.')
  let value: Partial<Record<'type' | 'label' | 'path', unknown>>
  try {
    value = (JSON.parse(metadata.toString()) ?? {}) as typeof value
  } catch (error) {
    throw unreadable('Its metadata.json is not valid JSON.', error)
  }
  const { type, label, path } = value
  if (typeof label !== 'string' || !LABEL.test(label))
    throw unreadable('Its label is missing, or none that Fabric takes.')
  if (type !== 'golang' && type !== 'node' && type !== 'java' && type !== 'ccaas') {
    throw unreadable(`Its type is ${JSON.stringify(type)}; known are golang, node, java and ccaas.`)
  }
  return { type, label, ...(typeof path === 'string' ? { path } : {}), code }
}

interface ReadEntry {
  name: string
  type: string
  bytes: Buffer
}

async function readTar(gzip: Uint8Array): Promise<ReadEntry[]> {
  const reader = extract()
  // What is in it is packed already: more than twice as much is no package.
  reader.end(gunzipSync(gzip, { maxOutputLength: 2 * LARGEST_PACKAGE }))
  const entries: ReadEntry[] = []
  for await (const entry of reader) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    entries.push({ name: entry.header.name, type: entry.header.type, bytes: Buffer.concat(chunks) })
  }
  return entries
}
