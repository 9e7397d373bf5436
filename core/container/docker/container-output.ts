import { now } from '../../chaincode/launch-report.ts'
import { newLineSplitter } from '../line-splitter.ts'
import type { PrintLine } from '../vm.ts'
import type { ContainerOutput } from './engine/engine.ts'

const KEPT_LINES = 50
/** As for a process: a line is often printed just before an answer, which is not to be kept waiting for it. */
const GATHER_MS = 5
/** More than this is cut into lines at once, so that neither memory nor the time it takes in one go grows. */
const GATHER_BYTES = 256 * 1024

/** What a container printed up to here is read again from its beginning where its connection broke. */
const REREAD_BYTES = 4 * 1024 * 1024
const REREAD_LINES = 40_000

/** A container's output on its way to lines. */
export interface ContainerLines extends ContainerOutput {
  /** Bytes so far. */
  readonly received: number
  /** When the last of them came. */
  readonly receivedAt: number | undefined
  /**
   * Go on with what is read again from its beginning: what came already is passed over. Exact to the byte, which no time
   * is. Undefined where it was so much that the engine may not keep all of it.
   */
  fromStart(): ContainerOutput | undefined
  /** At most 50, oldest first, all that came until now. */
  lastLines(): string[]
  /** There is no more: a last line needs no newline. Idempotent. */
  end(): void
}

/**
 * Cuts what a container prints into lines, each stream by itself, wherever its frames are cut. Lines come in the order
 * in which their ends came.
 */
export function newContainerLines(print: PrintLine): ContainerLines {
  const lines: string[] = []
  let count = 0
  // A line has the time its end came, not that of the cutting: on a busy machine the next call has begun by then.
  let cameAt = now()
  const splitter = (stream: 'stdout' | 'stderr') =>
    newLineSplitter((text) => {
      count++
      if (lines.push(text) > KEPT_LINES) lines.shift()
      print({ at: cameAt, source: 'chaincode', stream, text })
    })
  const splitters = { stdout: splitter('stdout'), stderr: splitter('stderr') }
  let gathered: { at: number; stream: 'stdout' | 'stderr'; chunk: Buffer }[] = []
  let bytes = 0
  let timer: NodeJS.Timeout | undefined
  const received = { stdout: 0, stderr: 0 }
  let receivedAt: number | undefined
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
  const take = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
    if (ended) return
    received[stream] += chunk.length
    receivedAt = now()
    gathered.push({ at: receivedAt, stream, chunk })
    bytes += chunk.length
    if (bytes >= GATHER_BYTES) split()
    else timer ??= setTimeout(split, GATHER_MS)
  }

  return {
    stdout: take('stdout'),
    stderr: take('stderr'),
    get received() {
      return received.stdout + received.stderr
    },
    get receivedAt() {
      return receivedAt
    },
    fromStart() {
      split()
      if (received.stdout + received.stderr > REREAD_BYTES || count > REREAD_LINES) return undefined
      const known = { ...received }
      const rest = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
        const passed = Math.min(known[stream], chunk.length)
        known[stream] -= passed
        if (passed < chunk.length) take(stream)(chunk.subarray(passed))
      }
      return { stdout: rest('stdout'), stderr: rest('stderr') }
    },
    lastLines() {
      split()
      return [...lines]
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
