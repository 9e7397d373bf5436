/** The thread of stuck.ts. It writes with `writeSync`: its own `process.stderr` goes by way of the thread that is stuck. */
import { writeSync } from 'node:fs'
import { Session } from 'node:inspector'
import { parentPort, workerData } from 'node:worker_threads'

const LOOK_MS = 500
/** A pause comes at the next statement; a call into the system may have none. */
const PAUSE_MS = 2_000

/** @type {{ turns: Int32Array, limitMs: number, file: string }} */
const { turns, limitMs, file } = workerData
let test = 'before its first test'
parentPort?.on('message', (name) => (test = name))

let seen = 0
let stillMs = 0
// Counted in looks, not by the clock: a machine that slept has stood still, and nothing is stuck.
const looking = setInterval(() => {
  const now = Atomics.load(turns, 0)
  stillMs = now === seen ? stillMs + LOOK_MS : 0
  seen = now
  if (stillMs < limitMs) return
  clearInterval(looking)
  endIt()
}, LOOK_MS)

function endIt() {
  const session = new Session()
  session.connectToMainThread()
  session.on('Debugger.paused', ({ params }) => {
    const frames = params.callFrames.map((frame) => {
      const { lineNumber, columnNumber = 0 } = frame.location
      return `    at ${frame.functionName || '(anonymous)'} (${frame.url}:${lineNumber + 1}:${columnNumber + 1})`
    })
    kill(frames.join('\n'))
  })
  session.post('Debugger.enable')
  session.post('Debugger.pause')
  setTimeout(() => kill('    in a call that has not come back'), PAUSE_MS)
}

/** @param {string} stack */
function kill(stack) {
  const seconds = Math.round(limitMs / 1000)
  writeSync(2, `${file} was stuck for ${seconds} s and is killed; its last test: ${test}\n${stack}\n`)
  process.kill(process.pid, 'SIGKILL')
}
