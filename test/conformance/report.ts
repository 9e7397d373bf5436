import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Reporter, TestCase, TestModule } from 'vitest/node'
import type { Row } from './row.ts'
import { clientRowsOf, clientsPart } from './clients/report-part.ts'
import { programRowOf, programsPart } from './programs/report-part.ts'
import { samplesPart, sampleRowsOf } from './samples/report-part.ts'

const file = fileURLToPath(new URL('../../test-results/conformance.md', import.meta.url))

/** Collects the rows of the conformance tests, writes them to test-results/conformance.md and prints their counts. */
export default class ConformanceReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = (folder: RegExp) =>
      modules.filter(({ moduleId }) => folder.test(moduleId)).flatMap(({ children }) => [...children.allTests()])
    const rows = tests(/\/test\/conformance\/[^/]+$/).flatMap(rowsOf)
    const samples = tests(/\/test\/conformance\/samples\//).flatMap(sampleRowsOf)
    const programs = tests(/\/test\/conformance\/programs\//).map(programRowOf)
    const clients = tests(/\/test\/conformance\/clients\//).flatMap(clientRowsOf)
    if (rows.length + samples.length + programs.length + clients.length === 0) return
    const recordings = rows.length === 0 ? [] : [recordingsPart(rows)]
    const parts = [...recordings, ...programsPart(programs), ...clientsPart(clients), ...samplesPart(samples)]
    const text = ['# Conformance', ...parts].join('\n\n')
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${text}\n`)
    // Hundreds of rows in a log would hide what failed.
    const counts = text.split('\n').filter((one) => one !== '' && !one.startsWith('|') && !one.startsWith('#'))
    process.stdout.write(`\n${[...counts, `Row by row: ${relative(process.cwd(), file)}`].join('\n')}\n\n`)
  }
}

type Told = Omit<Row, 'verdict'> & { verdict: Row['verdict'] | 'not run' }

function rowsOf(test: TestCase): Told[] {
  const { conformance } = test.meta()
  if (conformance !== undefined) return [conformance]
  const { state, errors } = test.result()
  const detail = state === 'skipped' ? 'the reason is printed where the suite begins' : (errors?.[0]?.message ?? state)
  return [{ recording: test.name, fabric: '', shim: '', verdict: state === 'skipped' ? 'not run' : 'differs', detail }]
}

function recordingsPart(rows: Told[]): string {
  const count = (verdict: Told['verdict']) => rows.filter((row) => row.verdict === verdict).length
  const verdicts = (['equal', 'differs on purpose', 'differs', 'not run'] as const).map(
    (verdict) => `${count(verdict)} ${verdict}`,
  )
  const lines = rows
    .toSorted((a, b) => (a.recording < b.recording ? -1 : 1))
    .map(({ recording, fabric, shim, verdict, detail }) =>
      ['', recording, fabric, shim, detail === '' ? verdict : `${verdict}: ${cell(detail)}`, ''].join(' | ').trim(),
    )
  return [
    `Compared with recordings of real Fabric peers: ${verdicts.join(', ')}. Ignored: ids, times, signatures, certificates.`,
    '',
    '| recording | Fabric | shim | result |',
    '| --- | --- | --- | --- |',
    ...lines,
  ].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')
}
