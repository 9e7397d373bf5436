import { visible } from '../../../core/contract/visible.ts'

/** Rows in columns, each as wide as its widest cell, for a terminal. Empty columns are left out. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) => row.map((cell) => visible(cell).replaceAll(/\s+/g, ' ')))
  const columns = head.map((_, column) => column).filter((column) => shown.some((row) => row[column] !== ''))
  const lines = [head, ...shown]
  const widths = columns.map((column) => Math.max(...lines.map((row) => (row[column] ?? '').length)))
  return lines
    .map((row) =>
      columns
        .map((column, at) => (row[column] ?? '').padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
