// Characters that a font draws as nothing or as a box: controls but tab and line ends; what turns the direction of the
// text around it, so that it reads as something else; and U+10FFFF, which Fabric uses to end the range of a partial
// composite key.
// eslint-disable-next-line no-control-regex -- matches control characters on purpose
const UNSEEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\u{10ffff}/gu

/** Text with its invisible characters escaped: `\\u0000`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16)
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
  })
}
