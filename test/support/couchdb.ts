import { randomBytes } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { couchDBConfig, type CouchDBConfig } from '../../core/ledger/couchdb/couch-config.ts'

/** The CouchDB that SLIPWAY_COUCHDB names, as the peer is told of it. */
export function realCouchDB(): CouchDBConfig {
  const url = new URL(process.env.SLIPWAY_COUCHDB ?? 'http://nobody:nothing@127.0.0.1:5984')
  return couchDBConfig(
    {
      couchDBAddress: url.host,
      username: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
    },
    {},
  )
}

/** A channel that no other test has; its databases go when the test is over. */
export function newChannel(): string {
  const channel = `slipwaytest-${randomBytes(6).toString('hex')}`
  onTestFinished(async () => {
    for (const name of await databases(channel)) await ask('DELETE', `/${encodeURIComponent(name)}`)
  })
  return channel
}

/** Names of a channel's databases. */
export async function databases(channel: string): Promise<string[]> {
  const all = (await ask('GET', '/_all_dbs')) as string[]
  return all.filter((name) => name.startsWith(`${channel}_`))
}

/** A request of the test's own. */
export async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  const { couchDBAddress, username, password } = realCouchDB()
  const answer = await fetch(`http://${couchDBAddress}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return answer.json()
}
