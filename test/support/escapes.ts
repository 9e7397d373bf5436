/**
 * What a chaincode, a file name or a tool may say to act on whoever reads it: set a terminal's title, clear its screen,
 * ask for an answer that comes as if typed, turn the direction of what follows; and a colour, which it may have.
 */
export const HOSTILE = '\u001b]0;owned\u0007\u001b[2J\u001b[6n\u009b5n\u202eevil\u2066\u001b[31mred'

/** In a file's name: the same without what an editor or a shell could not cope with. */
export const HOSTILE_NAME = 'x\u001b]0;owned\u0007\u001b[2J\u202ey'

// eslint-disable-next-line no-control-regex -- it looks for them
const COLOUR = /\u001b\[[\d;:]*m/g
const ACTS = /(?![\t\n\r\u00ad\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** The characters of a text that act instead of being drawn; colours may. */
export function acting(text: string): string[] {
  return (text.replace(COLOUR, '').match(ACTS) ?? []).map((each) => JSON.stringify(each))
}
