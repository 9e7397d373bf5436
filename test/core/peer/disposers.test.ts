import { expect, test } from 'vitest'
import { Disposers } from '../../../core/peer/disposers.ts'

test('what was started last is undone first, one after another', async () => {
  const undone: string[] = []
  const disposers = new Disposers()
  disposers.defer(() => undone.push('first'))
  disposers.defer(async () => {
    await Promise.resolve()
    undone.push('second')
  })
  disposers.defer(() => undone.push('third'))
  await disposers.dispose()
  expect(undone).toEqual(['third', 'second', 'first'])
})

test('a failure does not stop the rest, and the first one is thrown', async () => {
  let isUndone = false
  const disposers = new Disposers()
  disposers.defer(() => (isUndone = true))
  disposers.defer(() => Promise.reject(new Error('second')))
  disposers.defer(() => {
    throw new Error('first')
  })
  await expect(disposers.dispose()).rejects.toMatchObject({ cause: new Error('first') })
  expect(isUndone).toBe(true)
})

test('everything is undone once, however often that is asked for', async () => {
  let times = 0
  const disposers = new Disposers()
  disposers.defer(() => (times += 1))
  await Promise.all([disposers.dispose(), disposers.dispose()])
  expect(times).toBe(1)
})
