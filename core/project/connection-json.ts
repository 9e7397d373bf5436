import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { ServerTls } from '../comm/chaincode-connection.ts'
import { PeerError } from '../contract/error.ts'
import { messageOf } from '../contract/error-message.ts'

/** The keys that describe TLS (ChaincodeServerUserData: core/container/externalbuilder/instance.go v2.x, 3.x). */
interface ConnectionJson {
  tls_required?: unknown
  client_auth_required?: unknown
  root_cert?: unknown
  client_cert?: unknown
  client_key?: unknown
  domain?: unknown
}

/**
 * How to speak TLS with a chaincode server, from the connection.json that its folder has for Fabric's own peer. Undefined
 * if the file doesn't exist or asks for no TLS. Its address is ignored: it is the one in that network.
 * @throws PeerError CONNECTION_INVALID
 */
export async function serverTls(folder: string): Promise<ServerTls | undefined> {
  const file = path.join(folder, 'connection.json')
  const json = await read(file)
  if (json?.tls_required !== true) return undefined
  const pem = (name: 'root_cert' | 'client_cert' | 'client_key'): string => {
    const text = json[name]
    if (typeof text === 'string' && text.includes('-----BEGIN ')) return text
    throw new PeerError('CONNECTION_INVALID', { file, reason: `\`${name}\` isn't a PEM text.` })
  }
  return {
    root_cert: pem('root_cert'),
    ...(json.client_auth_required === true ? { client_cert: pem('client_cert'), client_key: pem('client_key') } : {}),
    ...(typeof json.domain === 'string' && json.domain !== '' ? { domain: json.domain } : {}),
  }
}

async function read(file: string): Promise<ConnectionJson | undefined> {
  try {
    return (JSON.parse(await readFile(file, 'utf8')) ?? undefined) as ConnectionJson | undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new PeerError('CONNECTION_INVALID', { file, reason: `${messageOf(error)}.` }, { cause: error })
  }
}
