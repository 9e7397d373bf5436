import { inspect } from 'node:util'
import { Worker } from 'node:worker_threads'
import { url as debuggerUrl } from 'node:inspector'
import { beforeEach, expect } from 'vitest'

/**
 * Kills a test file that blocks its event loop: one that loops endlessly, waits for a process synchronously, or runs only
 * microtasks. Its tests' deadlines can't fire then, and the run would wait forever. A thread beside it notices, prints
 * where it stands and kills it; the runner continues with the next file.
 */
const LIMIT_MS = Number(process.env['SLIPWAY_STUCK_MS'] ?? 180_000)
const TURN_MS = 200

// Someone stepping through a test may stop it for as long as they like.
if (debuggerUrl() === undefined) watchTurns()

function watchTurns(): void {
  const turns = new Int32Array(new SharedArrayBuffer(4))
  const { testPath: file = '' } = expect.getState()
  const thread = new Worker(new URL('stuck-thread.mjs', import.meta.url), {
    workerData: { turns, limitMs: LIMIT_MS, file },
  })
  thread.on('error', (error) => process.stderr.write(`The watch over ${file} ended: ${inspect(error)}\n`))
  thread.unref()
  setInterval(() => Atomics.add(turns, 0, 1), TURN_MS).unref()
  beforeEach(({ task }) => thread.postMessage(task.name))
}
