import type { Readable } from 'node:stream'
import type { PeerError } from '../../../contract/error.ts'
import type { EngineRequests } from './dockerode-requests.ts'
import { engineError, EngineRefusal, refusal, type Asked } from './engine-errors.ts'
import { jsonLines } from './json-lines.ts'
import { readAll } from './read-answer.ts'

/** One line of a build's or a pull's progress. */
export interface Progress {
  stream?: string
  status?: string
  id?: string
  progress?: string
  error?: string
  errorDetail?: { message?: string; code?: number }
  aux?: { ID?: string }
}

interface ProgressReader {
  asked: Asked
  onProgress(progress: Progress): void
  /** The error to throw for a failure that the engine reports; default: `refusal`. */
  toError?(reported: EngineRefusal): PeerError
  signal: AbortSignal | undefined
}

/**
 * Read a progress stream to its end. The engine answers 200 first and reports a failure in the last lines.
 * @throws what `toError` makes of that; DOCKER_LOST where the connection broke; the signal's reason
 */
export async function readProgress(
  requests: EngineRequests,
  answer: Readable,
  { asked, onProgress, toError = (reported) => refusal(reported, asked), signal }: ProgressReader,
): Promise<void> {
  let reported: EngineRefusal | undefined
  const read = jsonLines((value) => {
    const progress = value as Progress
    const message = progress.errorDetail?.message ?? progress.error
    if (message !== undefined) reported = new EngineRefusal(progress.errorDetail?.code ?? 500, message.trim())
    onProgress(progress)
  })
  try {
    await readAll(answer, read)
  } catch (error) {
    signal?.throwIfAborted()
    // It may have reported the reason before the connection broke.
    if (reported === undefined) throw engineError(error, requests.address, asked)
  }
  signal?.throwIfAborted()
  if (reported !== undefined) throw toError(reported)
}

/** A line for each change of a layer: `4f4fb700ef54: Downloading`, but not for each percent. */
export function pullLines(onLine: (line: string) => void): (progress: Progress) => void {
  const statuses = new Map<string, string>()
  return ({ status, id = '' }) => {
    if (status === undefined || statuses.get(id) === status) return
    statuses.set(id, status)
    onLine(id === '' ? status : `${id}: ${status}`)
  }
}
