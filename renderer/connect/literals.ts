type Bytes = string | { base64: string }

/** A literal of Go and Java, whose escapes are JSON's too. A lone surrogate, which is no text, is replaced. Pure. */
export function doubleQuoted(text: string): string {
  return JSON.stringify(asText(text))
}

/** A literal of JavaScript. Pure. */
export function singleQuoted(text: string): string {
  const inner = doubleQuoted(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${inner}'`
}

/** A word of a POSIX shell. Pure. */
export function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${asText(text).replaceAll("'", "'\\''")}'`
}

/** A string of Go, which holds any bytes. Pure. */
export function goString(value: Bytes): string {
  return typeof value === 'string' ? doubleQuoted(value) : `"${escaped(value.base64)}"`
}

function escaped(base64: string): string {
  return Array.from(atob(base64), (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')
}

function asText(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD')
}
