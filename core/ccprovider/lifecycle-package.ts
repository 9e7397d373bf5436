import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { LARGEST_PACKAGE, withoutOrigin } from '../packaging/code.ts'
import { tarEnd, tarHeader, tarPadding } from '../packaging/tar.ts'

export type PackageType = 'golang' | 'node' | 'java' | 'ccaas'

/** The parts of a chaincode package of the 2.x lifecycle. */
export interface LifecyclePackage {
  type: PackageType
  label: string
  /** The import path of Go chaincode, which the peer builds. A peer ignores it for other languages. */
  path?: string | undefined
  /** code.tar.gz. */
  code: Buffer
}

/** Fabric v2.5.16 core/chaincode/persistence/chaincode_package.go, LabelRegexp. */
const LABEL = /^[A-Za-z0-9][A-Za-z0-9_.+-]*$/
/** An installed package is a file named by its label and hash, whose length is limited. */
const LONGEST_LABEL = 180

/** Throws NAME_INVALID unless Fabric accepts this label. */
export function checkLabel(label: string): void {
  if (LABEL.test(label) && label.length <= LONGEST_LABEL) return
  const allowed = `letters, digits and _ . + -, beginning with a letter or a digit, at most ${LONGEST_LABEL}`
  throw new PeerError('NAME_INVALID', { what: 'label', value: label, allowed })
}

/**
 * `label.tar.gz`: its tar is identical to that of `peer lifecycle chaincode package`, run in the chaincode's folder
 * with `--path .` (Fabric v2.5.16 internal/peer/lifecycle/chaincode/package.go). Throws NAME_INVALID.
 */
export function writeLifecyclePackage({ type, label, path, code }: LifecyclePackage): Buffer {
  checkLabel(label)
  // Go's encoder escapes these; it writes everything else in a path or a label the same way.
  const json = JSON.stringify({ path, type, label }).replace(
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

/** `label:sha256` of the package, the answer of `peer lifecycle chaincode install`. */
export function packageId(label: string, bytes: Uint8Array): string {
  return `${label}:${createHash('sha256').update(bytes).digest('hex')}`
}

/**
 * Read a package as a peer does to install it (ParseChaincodePackage). `file` is named in errors.
 * Throws PACKAGE_UNREADABLE.
 */
export async function readLifecyclePackage(bytes: Uint8Array, file: string): Promise<LifecyclePackage> {
  const unreadable = (reason: string, cause?: unknown) =>
    new PeerError('PACKAGE_UNREADABLE', { file, reason }, { cause })
  const entries = await readTar(bytes).catch((error: unknown) => {
    throw unreadable(`It is not a gzipped tar: ${messageOf(error)}`, error)
  })
  const irregular = entries.find(({ type }) => type !== 'file')
  if (irregular !== undefined) throw unreadable(`It contains ${irregular.name}, which is not a regular file.`)
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
    throw unreadable('Its label is missing, or Fabric does not accept it.')
  if (type !== 'golang' && type !== 'node' && type !== 'java' && type !== 'ccaas') {
    throw unreadable(`Its type is ${JSON.stringify(type)}, not golang, node, java or ccaas.`)
  }
  return { type, label, path: typeof path === 'string' ? path : undefined, code }
}

interface ReadEntry {
  name: string
  type: string
  bytes: Buffer
}

async function readTar(gzip: Uint8Array): Promise<ReadEntry[]> {
  const reader = extract()
  // Its content is compressed already: whatever unpacks to more than twice the limit isn't a package.
  reader.end(gunzipSync(gzip, { maxOutputLength: 2 * LARGEST_PACKAGE }))
  const entries: ReadEntry[] = []
  for await (const entry of reader) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    entries.push({ name: entry.header.name, type: entry.header.type, bytes: Buffer.concat(chunks) })
  }
  return entries
}
