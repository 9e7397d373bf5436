/** A line of a comparison: in both, only before, only after. */
export interface DiffLine {
  kind: 'same' | 'gone' | 'new'
  text: string
}

/** With more lines than this on a side, a comparison takes too long: everything is shown as changed. */
const MOST_LINES = 600

/** Two texts compared by line (longest common subsequence). An empty text has no lines. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)]
  if (a.length > MOST_LINES || b.length > MOST_LINES) {
    return [
      ...a.map((text): DiffLine => ({ kind: 'gone', text })),
      ...b.map((text): DiffLine => ({ kind: 'new', text })),
    ]
  }
  const common = commonLengths(a, b)
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const left = a[i]
    const right = b[j]
    if (left !== undefined && left === right) {
      lines.push({ kind: 'same', text: left })
      i += 1
      j += 1
    } else if (right === undefined || (left !== undefined && at(common, i + 1, j) >= at(common, i, j + 1))) {
      lines.push({ kind: 'gone', text: left ?? '' })
      i += 1
    } else {
      lines.push({ kind: 'new', text: right })
      j += 1
    }
  }
  return lines
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n')
}

/** Only the changes and `around` lines on each side; two or more omitted lines become one `⋯`. */
export function changedOnly(lines: DiffLine[], around = 3): DiffLine[] {
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some((line) => line.kind !== 'same'),
  )
  const kept: DiffLine[] = []
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index]
    if (line === undefined) break
    const alone = near[index - 1] !== false && near[index + 1] !== false
    if (near[index] === true || alone) kept.push(line)
    else if (near[index - 1] !== false) kept.push({ kind: 'same', text: '⋯' })
  }
  return kept
}

function commonLengths(a: string[], b: string[]): number[][] {
  const table: number[][] = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const row = table[i] ?? []
    for (let j = b.length - 1; j >= 0; j -= 1) {
      row[j] = a[i] === b[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), at(table, i, j + 1))
    }
  }
  return table
}

function at(table: number[][], i: number, j: number): number {
  return table[i]?.[j] ?? 0
}
