import type { TestCase } from 'vitest/node'

/** The cases of one topic. */
export interface ClientRow {
  topic: string
  cases: number
  /** Names of those that were answered otherwise. */
  differing: string[]
}

declare module 'vitest' {
  interface TaskMeta {
    clients?: ClientRow[]
  }
}

/** A row, or why there is none. */
type Told = ClientRow | { topic: string; notRun: string }

export function clientRowsOf(test: TestCase): Told[] {
  const { clients } = test.meta()
  const { state, errors } = test.result()
  return clients ?? [{ topic: 'all', notRun: errors?.[0]?.message ?? state }]
}

/** The report's part about clients; empty if none was played. */
export function clientsPart(told: readonly Told[]): string[] {
  if (told.length === 0) return []
  const rows = told.flatMap((row) => ('notRun' in row ? [] : [row]))
  const cases = rows.reduce((sum, row) => sum + row.cases, 0)
  const differing = rows.reduce((sum, row) => sum + row.differing.length, 0)
  const notRun = told.length - rows.length
  const lines = told.map((row) =>
    'notRun' in row
      ? `| ${row.topic} | | not run: ${cell(row.notRun)} |`
      : `| ${row.topic} | ${row.cases} | ${cell(row.differing.join('; ')) || 'equal'} |`,
  )
  return [
    '## Clients',
    `Clients answered by a real Fabric peer and orderer: ${cases - differing} of ${cases} cases answered equally${notRun === 0 ? '' : `, ${notRun} topics not run`}. Compared: status, message, details, messages of streams and how these end. Ignored: ids, addresses, names, times, certificates.`,
    ['| topic | cases | result |', '| --- | --- | --- |', ...lines].join('\n'),
  ]
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')
}
