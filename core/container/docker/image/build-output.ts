import { stripVTControlCharacters } from 'node:util'
import { now } from '../../../facts/clock.ts'
import { readCause } from '../../../causes/causes.ts'
import { sourceFiles } from '../../../causes/source-files.ts'
import type { Printed } from '../../../contract/cause.ts'
import type { Diagnostic } from '../../../contract/diagnostic.ts'
import { newDiagnosticReader } from '../../../platforms/diagnostics.ts'
import { newKeptLines } from '../../../process/kept-lines.ts'
import { newLineSplitter } from '../../../process/line-splitter.ts'
import type { PrintLine } from '../../../process/print-line.ts'
import type { ContainerOutput } from '../engine/engine.ts'

/** An unfinished line is printed after this time: it may be a question or a progress bar of dots. */
const PENDING_MS = 500

/** What the engine's builder, or Podman's, prints about its own work. */
const CHATTER =
  /^(?:Step \d+\/\d+ ?: | ?--->? |Removing intermediate container |Successfully (?:built|tagged) |COMMIT )/i

/** What leads nowhere by itself: ids, and what becomes of containers. */
const ARROWS = /^(?: ?--->? |Removing intermediate container )/i

/** What the builds of an image print, line by line as it arrives. */
export interface BuildOutput extends ContainerOutput {
  /** What the engine's builder prints. */
  text(text: string): void
  /** Have the lines counted that are printed during some work, one after another. */
  counted<T>(count: ((line: string) => void) | undefined, work: () => T | Promise<T>): Promise<T>
  /** A line of Slipway's own. */
  announce(line: string): void
  /** Print an unfinished line. More output may follow. */
  end(): void
  /** Why it failed, in the tools' own lines. */
  printed(): Printed
  diagnostics(): Diagnostic[]
}

/** `inFolder` replaces paths in a container by those of the folder, so that a door can open the files. */
export function newBuildOutput(folder: string, inFolder: (line: string) => string, print: PrintLine): BuildOutput {
  const kept = newKeptLines()
  const reader = newDiagnosticReader(folder)
  let count: ((line: string) => void) | undefined
  const line = (stream: 'stdout' | 'stderr') => (raw: string) => {
    const text = inFolder(raw)
    const plain = stripVTControlCharacters(text)
    if (plain.trim() !== '' && !CHATTER.test(plain)) kept.push(plain)
    if (plain.trim() !== '' && !ARROWS.test(plain)) count?.(plain)
    reader.read(plain)
    print({ at: now(), source: 'build', stream, text })
  }
  const streams = { stdout: newStream(line('stdout')), stderr: newStream(line('stderr')) }
  return {
    stdout: (chunk) => streams.stdout.write(chunk),
    stderr: (chunk) => streams.stderr.write(chunk),
    text: (text) => streams.stdout.write(Buffer.from(text)),
    async counted(next, work) {
      count = next
      try {
        return await work()
      } finally {
        count = undefined
      }
    },
    announce(text) {
      streams.stdout.end()
      print({ at: now(), source: 'build', stream: 'stdout', text })
    },
    end() {
      streams.stdout.end()
      streams.stderr.end()
    },
    printed: () => readCause(kept.all(), sourceFiles(folder)),
    diagnostics: () => reader.found(),
  }
}

/** Cuts bytes into lines; text that stays without a line end for a while is a line too. */
function newStream(line: (text: string) => void): { write(chunk: Buffer): void; end(): void } {
  const splitter = newLineSplitter(line)
  let timer: NodeJS.Timeout | undefined
  const end = () => {
    clearTimeout(timer)
    splitter.end()
  }
  return {
    write(chunk) {
      clearTimeout(timer)
      splitter.write(chunk)
      timer = setTimeout(() => splitter.end(), PENDING_MS)
    },
    end,
  }
}
