import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Standstill } from '../../../core/facts/standstill.ts'
import { waitFor } from '../../../core/facts/wait.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a deadline stands still while anything does, and goes on from there', async () => {
  const standstill = new Standstill()
  const [a, b] = [{}, {}]
  let late = false
  const ends = { deadlineMs: 1000, countdown: standstill.countdown, onDeadline: () => new Error('late') }
  const waited = waitFor(new Promise(() => undefined), ends).catch(() => (late = true))
  await vi.advanceTimersByTimeAsync(900)
  standstill.set(a, true)
  standstill.set(b, true)
  await vi.advanceTimersByTimeAsync(3_600_000)
  standstill.set(a, false)
  expect(standstill.stands).toBe(true)
  await vi.advanceTimersByTimeAsync(3_600_000)
  expect(late).toBe(false)
  standstill.set(b, false)
  await vi.advanceTimersByTimeAsync(50)
  expect(late).toBe(false)
  await vi.advanceTimersByTimeAsync(60)
  await waited
  expect(late).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})

test('one that begins while something stands still has all its time later; one that was stopped is never late', async () => {
  const standstill = new Standstill()
  const who = {}
  standstill.set(who, true)
  const late = vi.fn()
  standstill.countdown(100, late)
  const stop = standstill.countdown(100, late)
  await vi.advanceTimersByTimeAsync(1000)
  stop()
  standstill.set(who, false)
  await vi.advanceTimersByTimeAsync(99)
  expect(late).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2)
  expect(late).toHaveBeenCalledTimes(1)
})
