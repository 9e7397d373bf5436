import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../../contract/error-message.ts'
import { PeerError } from '../../contract/error.ts'
import { goJson } from '../../mango/document.ts'
import { isObject, type Json, type JsonObject } from '../../mango/json.ts'
import type { CouchDBConfig } from './couch-config.ts'

/** First wait before a retry, doubled each time (statecouchdb/couchdb.go, retryWaitTime). */
const RETRY_MS = 125

export interface CouchAnswer {
  status: number
  body: Json
}

/** Requests to one CouchDB, over Node's own fetch: JSON over HTTP/1.1 needs no client library. */
export interface CouchClient {
  readonly address: string
  /**
   * Resolves with any answer below 500, a refusal too.
   * @throws PeerError COUCHDB_UNREACHABLE, COUCHDB_SLOW, COUCHDB_DENIED, LEDGER_CLOSED
   */
  request(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: readonly string[], body?: Json): Promise<CouchAnswer>
  /** Aborts requests under way. Idempotent. */
  close(): void
}

export function couchClient(config: CouchDBConfig): CouchClient {
  const { couchDBAddress: address, username, password, maxRetries, requestTimeout } = config
  const closed = new AbortController()
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' }
  if (username !== '') {
    headers['authorization'] = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  }

  const once = async (method: string, path: readonly string[], body: string | undefined): Promise<CouchAnswer> => {
    const url = `http://${address}/${path.map(encodeURIComponent).join('/')}`
    const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(requestTimeout)])
    const answer = await fetch(url, { method, headers, signal, body: body ?? null })
    const text = await answer.text()
    try {
      return { status: answer.status, body: JSON.parse(text) as Json }
    } catch (error) {
      // The first request, GET of the root, finds out whether this is a CouchDB at all.
      if (answer.status >= 500) return { status: answer.status, body: text.slice(0, 200) }
      throw new PeerError(
        'COUCHDB_NOT_COUCHDB',
        { address, message: `It answered ${text.slice(0, 60)}` },
        { cause: error },
      )
    }
  }

  return {
    address,
    async request(method, path, json) {
      // Fields in Go's order: CouchDB compares objects field by field in the order they come.
      const body = json === undefined ? undefined : goJson(json)
      for (let attempt = 0; ; attempt++) {
        const answer = await once(method, path, body).catch((error: unknown) => asPeerError(error))
        if (!(answer instanceof PeerError)) {
          if (answer.status === 401 || answer.status === 403)
            throw new PeerError('COUCHDB_DENIED', { address, username })
          if (answer.status < 500 || attempt >= maxRetries) return answer
        } else if (answer.code !== 'COUCHDB_UNREACHABLE' || attempt >= maxRetries) {
          throw answer
        }
        await delay(RETRY_MS * 2 ** attempt, undefined, { signal: closed.signal }).catch(() => undefined)
      }
    },
    close() {
      closed.abort()
    },
  }

  function asPeerError(error: unknown): PeerError {
    if (error instanceof PeerError) return PeerError.from(error)
    if (closed.signal.aborted) return new PeerError('LEDGER_CLOSED', {}, { cause: error })
    if (error instanceof Error && error.name === 'TimeoutError') {
      return new PeerError('COUCHDB_SLOW', { address, ms: requestTimeout }, { cause: error })
    }
    return new PeerError('COUCHDB_UNREACHABLE', { address, message: reasonOf(error) }, { cause: error })
  }
}

/** COUCHDB_REFUSED. `key`: of the document or index it is about. */
export function refusedBy(client: CouchClient, database: string, answer: CouchAnswer, key?: string): PeerError {
  const { status, error, reason } = refusal(answer)
  const details = { address: client.address, database, message: `${error}, ${status}: ${reason}` }
  return new PeerError('COUCHDB_REFUSED', key === undefined ? details : { ...details, key })
}

/** `error` and `reason` of an answer that refuses. */
export function refusal({ status, body }: CouchAnswer): { status: number; error: string; reason: string } {
  const { error, reason } = isObject(body) ? body : {}
  return { status, error: textOf(error), reason: textOf(reason) }
}

/** The list of objects in a field of an answer's body. */
export function listOf(body: Json, name: string): JsonObject[] {
  const list = isObject(body) ? body[name] : undefined
  return Array.isArray(list) ? list.filter(isObject) : []
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

/** fetch only says that it failed; its cause says why, and for a host with several addresses the first error of that. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause
  return messageOf(first)
}
