/** Which characters open and close what a list's commas may stand in. */
export interface Brackets {
  open: string
  close: string
}

/**
 * The parts between the commas of a list whose bracket has been opened just before `at`, and where it is closed: at the
 * end of the text if it never is, and then it has no parts.
 */
export function listed(text: string, at: number, { open, close }: Brackets): { parts: string[]; end: number } {
  const parts: string[] = []
  let depth = 0
  let begun = at
  const endPart = (here: number) => {
    const part = text.slice(begun, here).trim()
    if (part !== '') parts.push(part)
    begun = here + 1
  }
  for (let here = at; here < text.length; here += 1) {
    const character = text[here] ?? ''
    if (depth === 0 && close.includes(character)) {
      endPart(here)
      return { parts, end: here }
    }
    if (depth === 0 && character === ',') endPart(here)
    if (open.includes(character)) depth += 1
    if (close.includes(character)) depth -= 1
  }
  return { parts: [], end: text.length }
}
