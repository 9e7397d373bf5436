import { setTimeout as delay } from 'node:timers/promises'
import { PeerError } from '../../contract/error.ts'
import { goJson } from '../../mango/document.ts'
import { isObject, type Json } from '../../mango/json.ts'
import type { CouchDBConfig } from './couch-config.ts'

/** First wait before a retry, doubled each time (statecouchdb/couchdb.go, retryWaitTime). */
const RETRY_MS = 125

export interface CouchAnswer {
  status: number
  body: Json
}

/** Requests to one CouchDB, over Node's own fetch: JSON over HTTP/1.1 needs no client. */
export interface CouchClient {
  readonly address: string
  /**
   * Whatever it answers with a status below 500, also a refusal.
   * @throws PeerError COUCHDB_UNREACHABLE, COUCHDB_SLOW, COUCHDB_DENIED, LEDGER_CLOSED
   */
  request(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: readonly string[], body?: Json): Promise<CouchAnswer>
  /** Ends what is going on. Idempotent. */
  close(): void
}

export function couchClient(config: CouchDBConfig): CouchClient {
  const { couchDBAddress: address, username, password, maxRetries, requestTimeout } = config
  const closed = new AbortController()
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    ...(username === '' ? {} : { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }),
  }

  const once = async (method: string, path: readonly string[], body: string | undefined): Promise<CouchAnswer> => {
    const url = `http://${address}/${path.map(encodeURIComponent).join('/')}`
    const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(requestTimeout)])
    const answer = await fetch(url, { method, headers, signal, ...(body === undefined ? {} : { body }) })
    const text = await answer.text()
    try {
      return { status: answer.status, body: JSON.parse(text) as Json }
    } catch (error) {
      // Whoever answers something else is told apart by the first request, GET of the root.
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
      // As Go writes it, fields in order: CouchDB compares objects field by field as they come.
      const body = json === undefined ? undefined : goJson(json)
      for (let attempt = 0; ; attempt++) {
        const failed = await once(method, path, body).catch((error: unknown) => asPeerError(error))
        if (!(failed instanceof PeerError)) {
          if (failed.status === 401 || failed.status === 403)
            throw new PeerError('COUCHDB_DENIED', { address, username })
          if (failed.status < 500 || attempt >= maxRetries) return failed
        } else if (failed.code !== 'COUCHDB_UNREACHABLE' || attempt >= maxRetries) {
          throw failed
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

/** `error` and `reason` of an answer that refuses. */
export function refusal({ status, body }: CouchAnswer): { status: number; error: string; reason: string } {
  const { error, reason } = isObject(body) ? body : {}
  return { status, error: textOf(error), reason: textOf(reason) }
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

/** fetch says only that it failed; why is in its cause, and behind several addresses in the first of its errors. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause
  return first instanceof Error ? first.message : String(first)
}
