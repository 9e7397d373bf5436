import type { TestCase } from 'vitest/node'
import type { Language } from './sample.ts'

/** A sample in one language. */
export interface SampleRow {
  sample: string
  source: string
  language: Language
  operations: number
  /** Empty if everything matches the table. */
  differences: string[]
}

declare module 'vitest' {
  interface TaskMeta {
    samples?: SampleRow[]
  }
}

/** The rows of a test, or why it has none. */
type Told = SampleRow | { notRun: string }

export function sampleRowsOf(test: TestCase): Told[] {
  const { samples } = test.meta()
  const { state, errors } = test.result()
  const failed = samples?.every(({ differences }) => differences.length === 0) === true && state === 'failed'
  const notRun = samples === undefined || failed ? [{ notRun: `${test.name}: ${errors?.[0]?.message ?? state}` }] : []
  return [...(samples ?? []), ...notRun]
}

/** The report's part about the samples; empty if they weren't played. */
export function samplesPart(told: readonly Told[]): string[] {
  if (told.length === 0) return []
  const rows = told.flatMap((one) => ('notRun' in one ? [] : [one]))
  const operations = rows.reduce((sum, row) => sum + row.operations, 0)
  const differing = rows.filter(({ differences }) => differences.length > 0).length
  const lines = rows.map(({ sample, source, language, operations: count, differences }) => {
    const verdict = differences.length === 0 ? 'equal' : `differs: ${differences.join('; ')}`
    return `| ${[sample, language, String(count), verdict, source].map(cell).join(' | ')} |`
  })
  return [
    '## Samples',
    `The operations of Fabric's public samples, rewritten: ${operations} calls, ${differing} of ${rows.length} samples differ. Compared with tables of answers, reads, writes, versions and events from Fabric's source, not recorded; and the languages with each other, to the byte of each read-write set.`,
    ['| sample | language | calls | result | source |', '| --- | --- | --- | --- | --- |', ...lines].join('\n'),
    ...told.flatMap((one) => ('notRun' in one ? [`Failed: ${cell(one.notRun)}`] : [])),
  ]
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')
}
