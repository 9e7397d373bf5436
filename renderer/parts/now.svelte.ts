import { createSubscriber } from 'svelte/reactivity'

const HALF_A_SECOND = 500

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, HALF_A_SECOND)
  return () => clearInterval(timer)
})

/** The current time. A template that reads it updates every half second; no timer runs while none does. */
export function now(): number {
  subscribe()
  return Date.now()
}
