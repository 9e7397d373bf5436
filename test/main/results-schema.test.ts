import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../main/root.ts'
import { unpublished } from '../support/published-results.ts'

test('the published schema is what the types say', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'build/results-schema.mjs'), '--check'])
  expect([status, stderr.toString()]).toEqual([0, ''])
})

// Every test that runs a command has its JSON validated (test/support/command-line.ts); here, that this can fail.
test('a document of another shape is noticed, on each line', () => {
  const error = { code: 'USAGE', what: 'a', why: 'b', do: 'c' }
  const lines = (...documents: unknown[]) => documents.map((document) => JSON.stringify(document)).join('\n')
  expect(unpublished(['serve'], lines({ address: 'http://127.0.0.1:1' }, { error }))).toEqual([])
  expect(unpublished(['serve'], lines({ address: 1 }, { error: { ...error, code: 'OTHER' } }))).toHaveLength(2)
  expect(unpublished(['clean'], lines({ containers: [], images: [] }))).toHaveLength(1)
  expect(unpublished(['identity', 'show'], lines({ containers: [], images: [], left: [] }))).toHaveLength(1)
  expect(unpublished(['run'], lines({ type: 'calls', count: 1, seq: 2 }, { type: 'calls', seq: 2 }))).toHaveLength(1)
  expect(unpublished(['nonsense'], lines({ error }, { other: 1 }))).toHaveLength(1)
  expect(unpublished(['--help'], 'Usage: slipway')).toEqual([])
})
