/**
 * Keep one reading under way at a time. What is asked for meanwhile is done once, afterwards: a stream of
 * announcements costs no more readings than can be answered, and the last one is never missed.
 */
export function latest(read: () => Promise<void>, pauseMs = 0): () => void {
  let running = false
  let again = false

  async function run(): Promise<void> {
    running = true
    do {
      again = false
      await read()
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
    } while (again)
    running = false
  }

  return () => {
    if (running) again = true
    else void run()
  }
}
