import { now } from '../facts/clock.ts'
import { newLineSplitter } from './line-splitter.ts'

/** As many of the last lines are told with the end of what printed them. */
const KEPT_LINES = 50
/**
 * What is printed is cut into lines a little later, all of it at once. The shim of Node prints a line just before each
 * answer: taken at once, it kept that answer waiting (measured: 5 % of a call).
 */
const GATHER_MS = 5
/** More than this is cut at once, so that neither memory nor the time it takes in one go grows. */
const GATHER_BYTES = 256 * 1024

type Stream = 'stdout' | 'stderr'

/** The two streams of a process or a container on their way to lines. */
export interface OutputLines {
  stdout(chunk: Buffer): void
  stderr(chunk: Buffer): void
  /** Lines until now. */
  count(): number
  /** At most 50, oldest first, all that came until now. */
  lastLines(): string[]
  /** There is no more: a last line needs no newline. Idempotent. */
  end(): void
}

/**
 * Cuts each stream by itself, wherever its chunks end. Lines come in the order in which their ends came, each with the
 * time that its end came, not that of the cutting: on a busy machine the next call has begun by then.
 */
export function newOutputLines(print: (line: { at: number; stream: Stream; text: string }) => void): OutputLines {
  const last: string[] = []
  let count = 0
  let cameAt = now()
  const splitter = (stream: Stream) =>
    newLineSplitter((text) => {
      count++
      if (last.push(text) > KEPT_LINES) last.shift()
      print({ at: cameAt, stream, text })
    })
  const splitters = { stdout: splitter('stdout'), stderr: splitter('stderr') }
  let gathered: { at: number; stream: Stream; chunk: Buffer }[] = []
  let bytes = 0
  let timer: NodeJS.Timeout | undefined
  let ended = false

  const split = () => {
    clearTimeout(timer)
    timer = undefined
    const chunks = gathered
    gathered = []
    bytes = 0
    for (const { at, stream, chunk } of chunks) {
      cameAt = at
      splitters[stream].write(chunk)
    }
  }
  const take = (stream: Stream) => (chunk: Buffer) => {
    if (ended) return
    gathered.push({ at: now(), stream, chunk })
    bytes += chunk.length
    if (bytes >= GATHER_BYTES) split()
    else timer ??= setTimeout(split, GATHER_MS)
  }

  return {
    stdout: take('stdout'),
    stderr: take('stderr'),
    count() {
      split()
      return count
    },
    lastLines() {
      split()
      return [...last]
    },
    end() {
      if (ended) return
      split()
      ended = true
      splitters.stdout.end()
      splitters.stderr.end()
    },
  }
}
