/** An entry of a tar as Fabric's packagers write it: no owner's name, no time. */
export interface TarEntry {
  /** With forward slashes; a folder's ends with one. */
  name: string
  type: 'file' | 'folder'
  mode: number
  uid: number
  gid: number
  /** Bytes. */
  size: number
}

const BLOCK = 512
const NAME_SIZE = 100
const PREFIX_SIZE = 155

/** The end of a tar. */
export const tarEnd = Buffer.alloc(2 * BLOCK)

/**
 * The header of an entry, byte for byte that of Go's archive/tar, which Fabric packages with: USTAR if the name fits, else
 * with a PAX record before it. `tar-stream` drops the file type from the mode, which Fabric keeps there.
 */
export function tarHeader(entry: TarEntry): Buffer {
  const split = splitName(entry.name)
  if (isAscii(entry.name) && (entry.name.length <= NAME_SIZE || split !== undefined)) {
    return header(split === undefined ? entry : { ...entry, ...split }, entry.type === 'folder' ? '5' : '0')
  }
  const record = Buffer.from(paxRecord('path', entry.name))
  const slash = entry.name.lastIndexOf('/')
  const paxName = `${entry.name.slice(0, slash + 1)}PaxHeaders.0/${entry.name.slice(slash + 1)}`
  const named = ascii(paxName).slice(0, NAME_SIZE).replace(/\/+$/, '')
  const before = header({ name: named, mode: 0, uid: 0, gid: 0, size: record.length }, 'x')
  const own = header({ ...entry, name: ascii(entry.name) }, entry.type === 'folder' ? '5' : '0')
  return Buffer.concat([before, record, tarPadding(record.length), own])
}

/** Zeros that fill a file's last block. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)
}

function header(entry: Omit<TarEntry, 'type'> & { prefix?: string }, type: '0' | '5' | 'x'): Buffer {
  const block = Buffer.alloc(BLOCK)
  block.write(entry.name.slice(0, NAME_SIZE), 0, 'latin1')
  // Readers take an entry whose name field ends with a slash for a folder.
  if (entry.name.length > NAME_SIZE && block[NAME_SIZE - 1] === 0x2f) {
    block[entry.name.slice(0, NAME_SIZE - 1).replace(/\/+$/, '').length] = 0
  }
  octal(block, 100, 8, entry.mode)
  octal(block, 108, 8, entry.uid)
  octal(block, 116, 8, entry.gid)
  octal(block, 124, 12, entry.size)
  octal(block, 136, 12, 0)
  block.write(type, 156, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  // Device numbers, which Go leaves out of the header before a PAX record.
  if (type !== 'x') for (const at of [329, 337]) octal(block, at, 8, 0)
  block.write(entry.prefix ?? '', 345, 'latin1')
  block.write('        ', 148, 'latin1')
  octal(
    block,
    148,
    7,
    block.reduce((sum, byte) => sum + byte, 0),
  )
  return block
}

function octal(block: Buffer, at: number, length: number, value: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1')
}

/** Split a name that is too long for its field at a slash; undefined if it needn't or can't be. */
function splitName(name: string): { prefix: string; name: string } | undefined {
  if (name.length <= NAME_SIZE || !isAscii(name)) return undefined
  const length = name.length > PREFIX_SIZE + 1 ? PREFIX_SIZE + 1 : name.length - (name.endsWith('/') ? 1 : 0)
  const at = name.slice(0, length).lastIndexOf('/')
  const rest = name.slice(at + 1)
  return at <= 0 || rest === '' || rest.length > NAME_SIZE ? undefined : { prefix: name.slice(0, at), name: rest }
}

/** `<length> path=<name>\n`; the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  const bytes = Buffer.byteLength(rest)
  const length = bytes + String(bytes + String(bytes).length).length
  return `${length}${rest}`
}

function isAscii(text: string): boolean {
  return ascii(text) === text
}

/** A text without its characters outside ASCII. */
function ascii(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, '')
}
