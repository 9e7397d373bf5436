import { stripVTControlCharacters } from 'node:util'
import { now } from '../../../facts/clock.ts'
import type { Diagnostic } from '../../../contract/diagnostic.ts'
import { newDiagnosticReader } from '../../../platforms/diagnostics.ts'
import { newLineSplitter } from '../../../process/line-splitter.ts'
import type { PrintLine } from '../../../process/print-line.ts'
import type { ContainerOutput } from '../engine/engine.ts'

const KEPT_LINES = 50
/** A line that is not ended is shown after this time as it is: it may be a question, or a bar made of dots. */
const PENDING_MS = 500

/** What the engine's builder says of its own work; Podman's too. */
const CHATTER =
  /^(?:Step \d+\/\d+ ?: | ?--->? |Removing intermediate container |Successfully (?:built|tagged) |COMMIT )/i

/** What the builds of an image print, in lines as they come. */
export interface BuildOutput extends ContainerOutput {
  /** What the engine's builder prints. */
  text(text: string): void
  /** A line of our own. */
  say(line: string): void
  /** Nothing more is coming: what is held of a line is printed. May go on afterwards. */
  end(): void
  /** Of the tools alone, at most 50, oldest first, without colours. */
  lastLines(): string[]
  diagnostics(): Diagnostic[]
}

/**
 * `places`: where in a container files of the folder are, for they are printed as the folder's own, so that a door can
 * open them.
 */
export function newBuildOutput(folder: string, places: (line: string) => string, print: PrintLine): BuildOutput {
  const kept: string[] = []
  const reader = newDiagnosticReader(folder)
  const line = (stream: 'stdout' | 'stderr') => (raw: string) => {
    const text = places(raw)
    const plain = stripVTControlCharacters(text)
    if (plain.trim() !== '' && !CHATTER.test(plain) && kept.push(plain) > KEPT_LINES) kept.shift()
    reader.read(plain)
    print({ at: now(), source: 'build', stream, text })
  }
  const streams = { stdout: newStream(line('stdout')), stderr: newStream(line('stderr')) }
  return {
    stdout: (chunk) => streams.stdout.write(chunk),
    stderr: (chunk) => streams.stderr.write(chunk),
    text: (text) => streams.stdout.write(Buffer.from(text)),
    say(text) {
      streams.stdout.end()
      print({ at: now(), source: 'build', stream: 'stdout', text })
    },
    end() {
      streams.stdout.end()
      streams.stderr.end()
    },
    lastLines: () => [...kept],
    diagnostics: () => reader.found(),
  }
}

/** Lines; what stays without its end for a while is a line too. */
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
