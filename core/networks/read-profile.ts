import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'yaml'
import type { PeerAddress } from '../comm/peer-client.ts'
import { messageOf } from '../contract/error-message.ts'

/** What of a connection profile Slipway uses. */
export interface Profile {
  /** Of the client's organisation. */
  mspId: string
  /** The first peer of that organisation. */
  peer: PeerAddress
}

type Json = Record<string, unknown>

/**
 * Read a connection profile, JSON or YAML: the form of Fabric's Node and Java SDKs, in which the test network writes
 * `connection-org1.json` (fabric-samples/test-network/organizations/ccp-template.json).
 * @throws Error what is wrong with it, in words
 */
export async function readProfile(file: string): Promise<Profile> {
  const profile = object(parsed(await readFile(file, 'utf8')), 'it')
  const organisations = object(profile['organizations'], '`organizations`')
  const client = (profile['client'] ?? {}) as Json
  const name = text(client['organization']) ?? onlyKey(organisations)
  if (name === undefined) throw new Error('`client.organization` is missing, and it has several organisations.')
  const organisation = object(organisations[name], `\`organizations.${name}\``)
  const mspId = text(organisation['mspid'])
  if (mspId === undefined) throw new Error(`\`organizations.${name}.mspid\` is missing.`)
  const [peer] = Array.isArray(organisation['peers']) ? (organisation['peers'] as unknown[]) : []
  if (typeof peer !== 'string') throw new Error(`\`organizations.${name}.peers\` names no peer.`)
  const described = object(object(profile['peers'], '`peers`')[peer], `\`peers.${peer}\``)
  return { mspId, peer: await peerAddress(described, peer, path.dirname(file)) }
}

function parsed(content: string): unknown {
  try {
    // JSON is YAML too.
    return parse(content)
  } catch (error) {
    throw new Error(`it is neither JSON nor YAML: ${messageOf(error)}`, { cause: error })
  }
}

async function peerAddress(described: Json, name: string, folder: string): Promise<PeerAddress> {
  const url = text(described['url'])
  const [, scheme, address] = /^(grpcs?):\/\/([^\s/]+:\d+)$/.exec(url ?? '') ?? []
  if (address === undefined) throw new Error(`\`peers.${name}.url\` isn't grpc://HOST:PORT or grpcs://HOST:PORT.`)
  if (scheme === 'grpc') return { address }
  const { pem, path: file } = (described['tlsCACerts'] ?? {}) as Json
  const rootCerts = pems(pem) ?? (typeof file === 'string' ? await readFile(path.resolve(folder, file), 'utf8') : '')
  if (!rootCerts.includes('-----BEGIN ')) throw new Error(`\`peers.${name}.tlsCACerts\` has no certificate.`)
  const options = (described['grpcOptions'] ?? {}) as Json
  return {
    address,
    rootCerts,
    serverName: text(options['ssl-target-name-override']) ?? text(options['hostnameOverride']),
  }
}

/** One text, or a list of them. */
function pems(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.join('\n') : undefined
}

function onlyKey(value: Json): string | undefined {
  const [key, ...others] = Object.keys(value)
  return others.length === 0 ? key : undefined
}

function object(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
  throw new Error(`${what} isn't an object.`)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
