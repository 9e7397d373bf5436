import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { PeerError } from '../../../core/contract/error.ts'
import { messageOf } from '../../../core/contract/error-message.ts'
import { say } from '../../host/say.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { print } from '../terminal/print.ts'
import type { ExplainOptions } from './options.ts'

/**
 * `slipway explain [FILE]`: reads what a tool or a runtime printed, from the file or stdin, and prints its cause.
 * @throws PeerError USAGE if there is nothing to read
 */
export async function explain(file: string | undefined, options: ExplainOptions, signal: AbortSignal): Promise<number> {
  // Loaded first: a file that can't be opened says so at once, to whoever listens by then.
  const { readCause, sourceFiles, newKeptLines, newLineSplitter } = await import('../../../core/index.ts')
  const from = file === undefined || file === '-' ? process.stdin : createReadStream(file)
  if (from === process.stdin && process.stdin.isTTY)
    say('Paste the output, then end it with Ctrl+D on a line of its own.')
  const kept = newKeptLines()
  const splitter = newLineSplitter((line) => kept.push(line))
  await readInto(splitter, from, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    throw new PeerError('USAGE', { message: `${file ?? 'stdin'} can’t be read: ${messageOf(error)}` }, { cause: error })
  })
  const { cause } = readCause(kept.all(), sourceFiles(resolve(options.folder ?? '.')))
  if (cause === undefined) {
    throw new PeerError('USAGE', { message: `${file ?? 'stdin'} is empty: there is nothing to explain.` })
  }
  print(cause, options)
  return exitCode.good
}

/** As UTF-8, or as UTF-16 where it begins with a mark: that is what PowerShell's `>` writes. */
async function readInto(
  splitter: { write(chunk: Buffer): void; end(): void },
  from: Readable,
  signal: AbortSignal,
): Promise<void> {
  let decoder: TextDecoder | undefined
  for await (const chunk of from.iterator({ destroyOnReturn: true }) as AsyncIterable<Buffer>) {
    signal.throwIfAborted()
    decoder ??= new TextDecoder(chunk[0] === 0xff && chunk[1] === 0xfe ? 'utf-16le' : 'utf-8')
    splitter.write(Buffer.from(decoder.decode(chunk, { stream: true })))
  }
  splitter.end()
}
