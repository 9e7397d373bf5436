import { expect, test } from 'vitest'
import type { Language } from '../../../core/contract/language.ts'
import type { Mode } from '../../../core/contract/mode.ts'
import { checkDebuggable } from '../../../core/debugger/debuggable.ts'

test.each<[Language, Mode, string | undefined, string]>([
  ['node', 'dev', './run.sh', 'inspector'],
  ['java', 'dev', './run.sh', 'jdwp'],
  ['golang', 'dev', undefined, 'delve'],
  ['golang', 'dev', './run.sh', 'DEBUG_UNAVAILABLE'],
  // A container is started as a peer starts it.
  ['golang', 'net', './run.sh', 'delve'],
  ['other', 'net', './run.sh', 'DEBUG_UNAVAILABLE'],
])('%s in %s mode, started with %s: %s', (language, mode, start, expected) => {
  const told = () => {
    try {
      return checkDebuggable({ name: 'cars', language, mode, start })
    } catch (error) {
      return (error as { code?: unknown }).code
    }
  }
  expect(told()).toBe(expected)
})
