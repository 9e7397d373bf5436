import type { TestCase } from 'vitest/node'

/** A file of programs, called one after another. */
export interface ProgramRow {
  program: string
  calls: number
  /** Empty if every answer is the recorded one. */
  differences: string[]
}

declare module 'vitest' {
  interface TaskMeta {
    program?: ProgramRow
  }
}

/** A row, or why there is none. */
type Told = ProgramRow | { program: string; notRun: string }

export function programRowOf(test: TestCase): Told {
  const { program } = test.meta()
  const { state, errors } = test.result()
  return program ?? { program: test.name, notRun: errors?.[0]?.message ?? state }
}

/** The report's part about the programs; empty if they weren't called. */
export function programsPart(told: readonly Told[]): string[] {
  if (told.length === 0) return []
  const rows = told.flatMap((row) => ('notRun' in row ? [] : [row]))
  const calls = rows.reduce((sum, row) => sum + row.calls, 0)
  const found = rows.flatMap(({ differences }) => differences)
  const differing = new Set(found.map((difference) => difference.split(',')[0])).size
  const notRun = told.length - rows.length
  const lines = told.map((row) =>
    'notRun' in row
      ? `| ${row.program} | | not run: ${cell(row.notRun)} |`
      : `| ${row.program} | ${row.calls} | ${cell(row.differences.join('; ')) || 'equal'} |`,
  )
  return [
    '## Programs',
    `Programs answered by a real Fabric peer: ${calls - differing} of ${calls} calls answered equally${notRun === 0 ? '' : `, ${notRun} files not run`}. Compared to the byte: status, message, payload, read-write set, event, endorsed action, validation code, place in the block. Ignored: transaction ids.`,
    ['| program | calls | result |', '| --- | --- | --- |', ...lines].join('\n'),
  ]
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')
}
