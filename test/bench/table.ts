import type { Figure } from './row.ts'

const always: { head: string; of: (figure: Figure) => string }[] = [
  { head: 'what', of: (figure) => figure.what },
  { head: 'goal', of: (figure) => figure.goal },
  { head: 'figure', of: (figure) => figure.figure },
  { head: 'floor', of: (figure) => figure.floor },
  { head: 'ours', of: (figure) => figure.ours },
  { head: '', of: (figure) => figure.verdict },
]

/** The figures as a Markdown table, aligned for a terminal. */
export function table(figures: Figure[]): string {
  const compared = figures.some(({ against }) => against !== undefined)
  const other = { head: 'other build (ours ÷ its)', of: ({ against = '' }: Figure) => against }
  const columns = compared ? [...always.slice(0, -1), other, ...always.slice(-1)] : always
  const cells = [columns.map(({ head }) => head), ...figures.map((figure) => columns.map(({ of }) => of(figure)))]
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)))
  const line = (row: string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = cells
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body.map(line)].join('\n')
}
