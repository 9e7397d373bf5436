import { expect, test } from 'vitest'
import { callOfLine } from '../../renderer/logs/call-of-line.ts'

test('a line whose call has left the list of calls says so', async () => {
  const owner = { seq: 3, of: 'alone', call: 7, function: 'Put', txId: 'ab', isRunning: false } as const
  await expect(callOfLine(owner, { call: () => Promise.resolve(undefined) } as never)).rejects.toMatchObject({
    code: 'CALL_UNKNOWN',
    details: { id: 7 },
  })
})
