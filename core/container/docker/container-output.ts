import { now } from '../../facts/clock.ts'
import { newOutputLines, type OutputLines } from '../../process/output-lines.ts'
import type { PrintLine } from '../../process/print-line.ts'
import type { ContainerOutput } from './engine/engine.ts'

/** What a container printed up to here is read again from its beginning where its connection broke. */
const REREAD_BYTES = 4 * 1024 * 1024
const REREAD_LINES = 40_000

/** A container's output on its way to lines; it can be read again from its beginning. */
export interface ContainerLines extends ContainerOutput, Pick<OutputLines, 'lastLines' | 'end'> {
  /** Bytes so far. */
  readonly received: number
  /** When the last of them came. */
  readonly receivedAt: number | undefined
  /**
   * Go on with what is read again from its beginning: what came already is passed over. Exact to the byte, which no time
   * is. Undefined where it was so much that the engine may not keep all of it.
   */
  fromStart(): ContainerOutput | undefined
}

/** Cuts what a container prints into lines, wherever its frames are cut. */
export function newContainerLines(print: PrintLine): ContainerLines {
  const lines = newOutputLines((line) => print({ ...line, source: 'chaincode' }))
  const received = { stdout: 0, stderr: 0 }
  let receivedAt: number | undefined

  const take = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
    received[stream] += chunk.length
    receivedAt = now()
    lines[stream](chunk)
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
      if (received.stdout + received.stderr > REREAD_BYTES || lines.count() > REREAD_LINES) return undefined
      const known = { ...received }
      const rest = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
        const passed = Math.min(known[stream], chunk.length)
        known[stream] -= passed
        if (passed < chunk.length) take(stream)(chunk.subarray(passed))
      }
      return { stdout: rest('stdout'), stderr: rest('stderr') }
    },
    lastLines: lines.lastLines,
    end: lines.end,
  }
}
