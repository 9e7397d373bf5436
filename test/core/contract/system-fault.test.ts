import { describe, expect, test } from 'vitest'
import { PeerError } from '../../../core/contract/error.ts'
import { systemFault } from '../../../core/contract/system-fault.ts'
import { openError, readError, writeError } from '../../../core/ledger/store-errors.ts'

const errno = (code: string) => Object.assign(new Error(`${code}: x, open '/y'`), { code, path: '/y' })

test.each([
  [errno('ENOSPC'), 'full'],
  [errno('EDQUOT'), 'full'],
  [errno('EROFS'), 'read-only'],
  [errno('EMFILE'), 'files'],
  [errno('ENFILE'), 'files'],
  [new Error('LEVEL_DATABASE_NOT_OPEN', { cause: new Error('IO error: /x/LOG: Too many open files') }), 'files'],
  [new Error('IO error: /x/000005.log: No space left on device'), 'full'],
  [errno('ENOENT'), undefined],
  ['text', undefined],
])('%s is %s', (error, fault) => {
  expect(systemFault(error)).toBe(fault)
})

test.each([
  ['ENOSPC', 'DISK_FULL'],
  ['EMFILE', 'TOO_MANY_FILES'],
  ['EROFS', 'READ_ONLY'],
  ['EACCES', 'UNEXPECTED'],
])('%s that nobody converted earlier is %s, never a bug of ours where it is none', (code, expected) => {
  expect(PeerError.from(errno(code)).code).toBe(expected)
})

describe('the ledger', () => {
  const errors = async (code: string) => [
    await openError('/d', errno(code)),
    readError(errno(code)),
    writeError(errno(code)),
  ]

  test.each(['ENOSPC', 'EMFILE', 'EROFS'])(
    'never says that it may be deleted where the system refuses: %s',
    async (code) => {
      for (const { parts } of await errors(code)) expect(parts.do).not.toContain('delete')
    },
  )

  test('a place where nothing can be written names --data-dir', async () => {
    expect((await openError('/d', errno('EROFS'))).parts.do).toContain('--data-dir')
  })
})
