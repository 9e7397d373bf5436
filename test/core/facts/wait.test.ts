import { spawn } from 'node:child_process'
import { getEventListeners, once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { waitFor } from '../../../core/facts/wait.ts'
import { tempFolder } from '../../support/temp.ts'

const never = new Promise<never>(() => undefined)
const late = new Error('late')
const stopped = new Error('stopped')

describe('waitFor', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  /** Every end, so that each test sees that the others were undone. */
  function ends() {
    const controller = new AbortController()
    const { signal } = controller
    return {
      controller,
      options: { signal, deadlineMs: 1_000, onDeadline: () => late, onAbort: () => stopped },
      expectNothingLeft() {
        expect(vi.getTimerCount()).toBe(0)
        expect(getEventListeners(signal, 'abort')).toEqual([])
      },
    }
  }

  test('ends with what the work resolves to', async () => {
    const { options, expectNothingLeft } = ends()
    await expect(waitFor(Promise.resolve('done'), options)).resolves.toBe('done')
    expectNothingLeft()
  })

  test('ends with the error of the work', async () => {
    const { options, expectNothingLeft } = ends()
    const failure = new Error('failed')
    await expect(waitFor(Promise.reject(failure), options)).rejects.toBe(failure)
    expectNothingLeft()
  })

  test('ends at the deadline', async () => {
    const { options, expectNothingLeft } = ends()
    const wait = expect(waitFor(never, options)).rejects.toBe(late)
    await vi.advanceTimersByTimeAsync(1_000)
    await wait
    expectNothingLeft()
  })

  test('ends at the deadline, also one that is longer than a timer', async () => {
    const { options, expectNothingLeft } = ends()
    const wait = expect(waitFor(never, { ...options, deadlineMs: 3_500 })).rejects.toBe(late)
    await vi.advanceTimersByTimeAsync(3_499)
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    await wait
    expectNothingLeft()
  })

  test('reads what has come while the process was held up, although its time is up', async () => {
    vi.useRealTimers()
    const written = join(await tempFolder('held-up'), 'written')
    const answering = spawn('sh', ['-c', 'echo answer; : > "$0"', written], { stdio: ['ignore', 'pipe', 'inherit'] })
    const work = once(answering.stdout, 'data').then(([chunk]) => String(chunk))
    const wait = waitFor(work, { deadlineMs: 100, onDeadline: () => late })
    const until = performance.now() + 1_000
    while (performance.now() < until || !existsSync(written))
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    await expect(wait).resolves.toBe('answer\n')
  })

  test('ends when it is aborted', async () => {
    const { controller, options, expectNothingLeft } = ends()
    const wait = expect(waitFor(never, options)).rejects.toBe(stopped)
    controller.abort()
    await wait
    expectNothingLeft()
  })

  test('never begins when it was aborted before', async () => {
    const { controller, options, expectNothingLeft } = ends()
    controller.abort()
    await expect(waitFor(Promise.resolve('done'), options)).rejects.toBe(stopped)
    expectNothingLeft()
  })

  test("fails with the signal's reason when no error is given", async () => {
    const controller = new AbortController()
    const wait = expect(waitFor(never, { signal: controller.signal })).rejects.toBe(stopped)
    controller.abort(stopped)
    await wait
    await expect(waitFor(never, { signal: controller.signal })).rejects.toBe(stopped)
  })

  test('says how long it waited when no error is given', async () => {
    const wait = expect(waitFor(never, { deadlineMs: 20 })).rejects.toThrow('20 ms')
    await vi.advanceTimersByTimeAsync(20)
    await wait
  })

  test('handles a failure of the work that comes after the wait', async () => {
    const { controller, options } = ends()
    let fail: (error: Error) => void = () => undefined
    const work = new Promise<never>((_resolve, reject) => (fail = reject))
    const wait = expect(waitFor(work, options)).rejects.toBe(stopped)
    controller.abort()
    await wait
    // An unhandled rejection would fail this file.
    fail(new Error('too late to matter'))
    await vi.advanceTimersByTimeAsync(0)
  })

  test('without ends, waits for the work alone', async () => {
    await expect(waitFor(Promise.resolve('done'), {})).resolves.toBe('done')
    expect(vi.getTimerCount()).toBe(0)
  })
})
