/**
 * Run one read at a time. Requests that arrive meanwhile cause one more read afterwards: a burst of events costs
 * few reads, and the last event is never missed. `read` must not throw.
 */
export function latest(read: () => Promise<void>, pauseMs = 0): () => void {
  let state: 'idle' | 'reading' | 'asked again' = 'idle'

  async function run(): Promise<void> {
    state = 'reading'
    await read()
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
    next()
  }

  function next(): void {
    if (state === 'asked again') void run()
    else state = 'idle'
  }

  return () => {
    if (state === 'idle') void run()
    else state = 'asked again'
  }
}
