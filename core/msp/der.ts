/** An element of DER: its tag byte, its content, and where the next element begins. */
export interface Element {
  tag: number
  content: Buffer
  end: number
}

/** The element that begins at `at`. Throws if the bytes end before it does. */
export function element(bytes: Buffer, at = 0): Element {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined) throw new Error('DER ends early')
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  const start = at + 2 + lengthBytes
  let length = first
  if (lengthBytes > 0) {
    if (lengthBytes > 4 || start > bytes.length) throw new Error('DER has an impossible length')
    length = bytes.readUIntBE(at + 2, lengthBytes)
  }
  const end = start + length
  if (end > bytes.length) throw new Error('DER ends early')
  return { tag, content: bytes.subarray(start, end), end }
}

/** All elements in these bytes, one after another. */
export function elements(bytes: Buffer): Element[] {
  const list: Element[] = []
  for (let at = 0; at < bytes.length;) {
    const next = element(bytes, at)
    list.push(next)
    at = next.end
  }
  return list
}

/** An object identifier in its usual form, `2.5.4.3`. */
export function oid(content: Buffer): string {
  const numbers: number[] = []
  let number = 0
  for (const byte of content) {
    number = number * 128 + (byte & 0x7f)
    if (byte >= 0x80) continue
    numbers.push(number)
    number = 0
  }
  const [first = 0, ...rest] = numbers
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - 40 * root, ...rest].join('.')
}
