import { now } from '../facts/clock.ts'
import { newKeptLines } from './kept-lines.ts'
import { newLineSplitter } from './line-splitter.ts'

/**
 * Output is gathered for this long before it is cut into lines. Node's shim prints a line right before each answer:
 * processed immediately, it delayed that answer (measured: 5 % of a call).
 */
const GATHER_MS = 5
/** More than this is cut immediately, to bound the memory and the time of one go. */
const GATHER_BYTES = 256 * 1024

type Stream = 'stdout' | 'stderr'

/** Cuts the two streams of a process or container into lines. */
export interface OutputLines {
  stdout(chunk: Buffer): void
  stderr(chunk: Buffer): void
  /** Lines until now. */
  count(): number
  /** Of everything received until now: the first and the last lines, oldest first. */
  kept(): string[]
  /** The output has ended: a last line needs no newline. Idempotent. */
  end(): void
}

/**
 * Cuts each stream separately, wherever its chunks end. Lines come in the order in which their ends arrived, with the
 * time of that arrival, not of the cutting: on a busy machine the next call has begun by then.
 */
export function newOutputLines(print: (line: { at: number; stream: Stream; text: string }) => void): OutputLines {
  const kept = newKeptLines()
  let count = 0
  let arrivedAt = now()
  const splitter = (stream: Stream) =>
    newLineSplitter((text) => {
      count++
      kept.push(text)
      print({ at: arrivedAt, stream, text })
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
      arrivedAt = at
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
    kept() {
      split()
      return kept.all()
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
