import { now } from '../../facts/clock.ts'
import { newOutputLines, type OutputLines } from '../../process/output-lines.ts'
import type { PrintLine } from '../../process/print-line.ts'
import type { ContainerOutput } from './engine/engine.ts'

/** After a lost connection, output up to this size is read again from the beginning. */
const REREAD_BYTES = 4 * 1024 * 1024
const REREAD_LINES = 40_000

/** Cuts a container's output into lines; it can be read again from the beginning. */
export interface ContainerLines extends ContainerOutput, Pick<OutputLines, 'kept' | 'end'> {
  /** Bytes until now. */
  readonly received: number
  /** When the last of them arrived. */
  readonly receivedAt: number | undefined
  /**
   * Takes the output read again from the beginning, and skips what was received already: to the byte, which no
   * timestamp could. Undefined if there was so much output that the engine may no longer have all of it.
   */
  fromStart(): ContainerOutput | undefined
}

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
      const toSkip = { ...received }
      const takeRest = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
        const skipped = Math.min(toSkip[stream], chunk.length)
        toSkip[stream] -= skipped
        if (skipped < chunk.length) take(stream)(chunk.subarray(skipped))
      }
      return { stdout: takeRest('stdout'), stderr: takeRest('stderr') }
    },
    kept: lines.kept,
    end: lines.end,
  }
}
