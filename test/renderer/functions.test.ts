import { expect, test } from 'vitest'
import type { CallRecord } from '../../core/contract/call.ts'
import { wroteNothing } from '../../renderer/call/functions.ts'

const call = (kind: CallRecord['kind'], status: number, ...names: string[]) =>
  ({
    kind,
    request: { chaincode: 'cc', function: 'Get', args: [] },
    outcome: { state: 'done', result: { status, hints: names.map((name) => ({ name, words: '' })) } },
  }) as unknown as CallRecord

test('the newest submit that succeeded says whether a function writes', () => {
  const read = call('submit', 200, 'wrote-nothing')
  const write = call('submit', 200)
  expect(wroteNothing([], 'Get')).toBe(false)
  expect(wroteNothing([read], 'Get')).toBe(true)
  expect(wroteNothing([read], 'Put')).toBe(false)
  expect(wroteNothing([call('evaluate', 200), call('submit', 500), read], 'Get')).toBe(true)
  expect(wroteNothing([write, read], 'Get')).toBe(false)
  expect(wroteNothing([read, write], 'Get')).toBe(true)
})
