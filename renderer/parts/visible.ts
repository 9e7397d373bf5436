// Characters that a font draws as nothing or as a box: controls but tab and line ends, and U+10FFFF, which Fabric
// ends the range of a partial composite key with.
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\u{10ffff}/gu

/** A text with its invisible characters written out: `\\u0000`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16)
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
  })
}
