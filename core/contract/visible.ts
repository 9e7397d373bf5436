// Characters that are drawn as nothing, or that act instead of being drawn: controls but tab and line ends; format
// characters, which turn the direction of what follows so that it reads as something else (but not those that join
// letters and emoji); and U+10FFFF, which Fabric uses to end the range of a partial composite key.
const UNSEEN = /(?![\t\n\r\u00ad\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]|\u{10ffff}/gu

/** Sets colours and decorations of a terminal, and nothing else (SGR of ECMA-48). */
// eslint-disable-next-line no-control-regex -- an escape sequence begins with one
const COLOUR = /\u{1b}\[[\d;:]*m/gu

/** Text with its invisible characters escaped: `\u0000`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, escaped)
}

/**
 * What a program printed, or named, so that it can do nothing but have colours: neither on a terminal, where escape
 * sequences move the cursor, set the title or answer as if typed, nor in the window.
 */
export function visibleWithColours(text: string): string {
  if (text.search(UNSEEN) < 0) return text
  let shown = ''
  let from = 0
  for (const match of text.matchAll(COLOUR)) {
    shown += visible(text.slice(from, match.index)) + match[0]
    from = match.index + match[0].length
  }
  return shown + visible(text.slice(from))
}

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16)
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
}
