import { createSubscriber } from 'svelte/reactivity'

const HALF_A_SECOND = 500

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, HALF_A_SECOND)
  return () => clearInterval(timer)
})

let stoppedAt = $state<number | undefined>()

/** The current time. A template that reads it updates every half second; no timer runs while none does. */
export function wallClock(): number {
  subscribe()
  return Date.now()
}

/** The time of what the window shows: the current one, or when its connection was lost. */
export function now(): number {
  return stoppedAt ?? wallClock()
}

/** Stop at a time: nobody knows whether what ran then still runs. Undefined lets it go on. */
export function stopClock(at: number | undefined): void {
  stoppedAt = at
}
