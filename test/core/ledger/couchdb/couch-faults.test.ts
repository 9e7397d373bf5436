import type { IncomingMessage, ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { PeerError } from '../../../../core/contract/error.ts'
import { couchDBConfig, type CouchDBConfig } from '../../../../core/ledger/couchdb/couch-config.ts'
import { couchQueries } from '../../../../core/ledger/couchdb/couch-queries.ts'
import { openLedgers } from '../../../../core/ledger/ledgers.ts'
import { httpDouble } from '../../../support/http-double.ts'
import { tempFolder } from '../../../support/temp.ts'
import { CHANNEL, put, read } from '../envelopes.ts'
import { found } from '../state-queries-contract.ts'

/** A ledger whose CouchDB answers as `answer` does. */
async function newLedger(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  config: Partial<CouchDBConfig> = {},
) {
  const couchDBAddress = await httpDouble(answer)
  const told: (string | undefined)[] = []
  const given = couchDBConfig({ couchDBAddress, username: 'admin', password: 'sesame', maxRetries: 0, ...config }, {})
  const couch = couchQueries(given, '/somewhere', (error) => told.push(error?.code))
  const ledgers = await openLedgers(await tempFolder('couch'), { queries: (channel) => couch.queries(channel) })
  onTestFinished(async () => {
    couch.close()
    await ledgers.close()
  })
  return { ledger: ledgers.ledger(CHANNEL), told }
}

function answers(status: number, body: string) {
  return (_request: IncomingMessage, response: ServerResponse) => response.writeHead(status).end(body)
}

const query = { selector: {} }

test.each([
  ['COUCHDB_TOO_OLD', 200, '{"couchdb":"Welcome","version":"2.3.1"}'],
  ['COUCHDB_TOO_OLD', 200, '{"couchdb":"Welcome","version":"3.0.1"}'],
  ['COUCHDB_NOT_COUCHDB', 200, '<html>'],
  ['COUCHDB_NOT_COUCHDB', 200, '{"name":"something else"}'],
  ['COUCHDB_NOT_COUCHDB', 500, 'oops'],
  ['COUCHDB_DENIED', 401, '{"error":"unauthorized","reason":"Name or password is incorrect."}'],
  ['COUCHDB_DENIED', 403, '{"error":"forbidden","reason":"no"}'],
])('%s: everything but rich queries works', async (code, status, body) => {
  const { ledger, told } = await newLedger(answers(status, body))
  await put(ledger, { k: 'value' })
  expect(read(ledger, 'k')).toBe('value')
  const failure = await found(ledger, query).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code })
  expect(JSON.stringify(failure)).not.toContain('sesame')
  await expect(found(ledger, query)).rejects.toMatchObject({ code })
  // Once, however often it is tried.
  expect(told).toEqual([code])
})

test('one that never answers is not waited for longer than requestTimeout', async () => {
  const { ledger } = await newLedger(() => undefined, { requestTimeout: 50 })
  const failure: unknown = await found(ledger, query).catch((error: unknown) => error)
  // Whichever comes first: the request's own end, or that of the wait for the newest block.
  expect(['COUCHDB_SLOW', 'COUCHDB_BEHIND']).toContain(failure instanceof PeerError ? failure.code : failure)
})

test('a request is tried again after a failure of the server', async () => {
  let asked = 0
  const { ledger } = await newLedger(
    (_request, response) => {
      asked++
      response.writeHead(asked < 3 ? 503 : 200).end('{"couchdb":"Welcome","version":"1.7.0"}')
    },
    { maxRetries: 3 },
  )
  await expect(found(ledger, query)).rejects.toMatchObject({ code: 'COUCHDB_TOO_OLD' })
  expect(asked).toBeGreaterThanOrEqual(3)
})

test('closing ends what is waited for', async () => {
  const couchDBAddress = await httpDouble(() => undefined)
  const couch = couchQueries(couchDBConfig({ couchDBAddress }, {}), '/somewhere', () => undefined)
  const ledgers = await openLedgers(await tempFolder('couch'), { queries: (channel) => couch.queries(channel) })
  const asked = expect(found(ledgers.ledger(CHANNEL), query)).rejects.toMatchObject({ code: 'LEDGER_CLOSED' })
  couch.close()
  await asked
  await ledgers.close()
})

test('the environment stands above the file', () => {
  const env = {
    CORE_LEDGER_STATE_COUCHDBCONFIG_USERNAME: 'ann',
    CORE_LEDGER_STATE_COUCHDBCONFIG_PASSWORD: 'sesame',
  }
  expect(couchDBConfig({ username: 'bob', password: 'x' }, env)).toMatchObject({ username: 'ann', password: 'sesame' })
})
