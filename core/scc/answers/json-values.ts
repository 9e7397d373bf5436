export function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex')
}

/** Text if it is UTF-8, else `{ base64 }`. */
export function readable(bytes: Uint8Array | undefined): string | { base64: string } {
  const buffer = Buffer.from(bytes ?? [])
  const text = buffer.toString()
  return Buffer.from(text).equals(buffer) ? text : { base64: buffer.toString('base64') }
}

/** Undefined for an empty list, which JSON then leaves out. */
export function unlessEmpty<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list
}
