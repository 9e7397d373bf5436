/** Compilers and npm name the cause first, runtimes last: both ends are kept. */
const HEAD_LINES = 200
/** A stack of a JVM has 1,024 lines; a dump of Go's goroutines may have more. */
const TAIL_LINES = 2_000
const TAIL_CHARACTERS = 256 * 1024

/** The first lines of an output, and the last 2,000 to 4,000: bounded, however much is printed. */
export function newKeptLines(): { push(text: string): void; all(): string[] } {
  const head: string[] = []
  // The last lines are in two halves; once the newer one is full, the older one goes.
  let older: string[] = []
  let newer: string[] = []
  let characters = 0
  let lost = 0
  return {
    push(text) {
      if (head.length < HEAD_LINES) {
        head.push(text)
        return
      }
      newer.push(text)
      characters += text.length
      if (newer.length < TAIL_LINES && characters < TAIL_CHARACTERS) return
      lost += older.length
      older = newer
      newer = []
      characters = 0
    },
    all: () => [...head, ...(lost > 0 ? [`… (${lost} lines left out)`] : []), ...older, ...newer],
  }
}
