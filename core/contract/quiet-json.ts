/**
 * JSON leaves these as they are; a terminal may obey them, and an editor hide them. Tabs and line ends are only those of
 * the indentation.
 */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** JSON that says the same and does nothing where it is shown: its invisible characters are escaped. */
export function quietJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(UNSEEN, escaped)
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
