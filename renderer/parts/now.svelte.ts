import { createSubscriber } from 'svelte/reactivity'

const HALF_A_SECOND = 500

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, HALF_A_SECOND)
  return () => clearInterval(timer)
})

/** The time now. Where it is read in a template that place follows it; no timer runs while nothing does. */
export function now(): number {
  subscribe()
  return Date.now()
}
