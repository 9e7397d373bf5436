import { PeerError } from '../../contract/error.ts'
import { isObject } from '../../mango/json.ts'
import { refusal, type CouchClient } from './couch-client.ts'

/** Databases that Fabric creates beside the channels' (statecouchdb/couchdbutil.go, createSystemDatabasesIfNotExist). */
const SYSTEM_DATABASES = ['_users', '_replicator']

/**
 * Checks that a suitable CouchDB answers and lets us create databases, which only a server admin may.
 * @throws PeerError COUCHDB_NOT_COUCHDB, COUCHDB_TOO_OLD, COUCHDB_DENIED, COUCHDB_UNREACHABLE, COUCHDB_SLOW
 */
export async function checkServer(client: CouchClient): Promise<void> {
  const { address } = client
  const { body } = await client.request('GET', [])
  if (!isObject(body) || body['couchdb'] !== 'Welcome' || typeof body['version'] !== 'string') {
    throw new PeerError('COUCHDB_NOT_COUCHDB', { address, message: 'It does not answer like a CouchDB.' })
  }
  const { version } = body
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < 3 || (major === 3 && minor < 1)) throw new PeerError('COUCHDB_TOO_OLD', { address, version })
  for (const database of SYSTEM_DATABASES) {
    const answer = await client.request('PUT', [database])
    if (answer.status < 400 || answer.status === 412) continue
    const { error, reason } = refusal(answer)
    throw new PeerError('COUCHDB_REFUSED', { address, database, message: `${error}: ${reason}` })
  }
}
