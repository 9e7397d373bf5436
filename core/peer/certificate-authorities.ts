import { join } from 'node:path'
import type { PeerConfig } from '../config/peer-config.ts'
import { PeerError } from '../contract/error.ts'
import type { AuthorityState } from '../contract/state.ts'
import { now } from '../facts/clock.ts'
import type { CaParts } from '../fabric-ca/endpoints.ts'
import { openRegistry } from '../fabric-ca/registry-file.ts'
import { serveCa, type CaServer } from '../fabric-ca/serve-ca.ts'
import type { Identities } from '../msp/dev-ca.ts'
import { domainOf } from '../msp/network-names.ts'
import { readPair } from '../msp/organisation.ts'
import { issueTls, TLS_CA_FOLDER } from '../msp/tls-ca.ts'
import type { Disposers } from './disposers.ts'
import type { Storage } from './storage.ts'

/** How far apart the ports of two organisations' CAs are, as in Fabric's test network. */
const PORTS_APART = 1000
const LAST_PORT = 65_535
/** Whose interface it is. */
const FABRIC_CA_VERSION = '1.5.15'

/**
 * Serve a Fabric CA for each organisation, also for those that are added later. It issues from the organisation's own
 * development CA; what it has registered is kept in `<dataDir>/fabric-ca`.
 * @throws PeerError PORT_UNAVAILABLE, IDENTITY_DAMAGED
 */
export async function serveAuthorities(config: PeerConfig, storage: Storage, disposers: Disposers): Promise<void> {
  const { caListenAddress, dataDir, tls } = config
  if (caListenAddress === undefined) return
  const { facts, identities } = storage
  const servers = new Map<string, CaServer>()
  disposers.defer(async () => {
    for (const server of servers.values()) await server.close()
  })
  const serveMissing = async () => {
    for (const [i, mspId] of identities.organisations().entries()) {
      if (servers.has(mspId)) continue
      const address = addressOf(caListenAddress, i)
      const registry = await openRegistry(join(dataDir, 'fabric-ca', `${mspId}.json`), shortName(mspId))
      const certificate = tls ? await issueCaTls(identities, mspId, address) : undefined
      servers.set(mspId, await serveCa({ address, tls: certificate }, partsOf(identities, mspId), registry))
    }
    const entries = [...servers].map(([mspId, { url, wanted }]): [string, AuthorityState] => [
      mspId,
      { url, wanted, name: caName(mspId) },
    ])
    facts.emit({ type: 'authorities', authorities: Object.fromEntries(entries) })
  }
  await serveMissing()
  let serving = Promise.resolve()
  const subscription = facts.subscribe((event) => {
    if (event.type !== 'identities' || event.identities.organisations.every((mspId) => servers.has(mspId))) return
    serving = serving.then(serveMissing).catch((error: unknown) => {
      facts.emit({ type: 'notice', notice: { at: now(), error: PeerError.from(error).toJSON() } })
    })
  })
  disposers.defer(async () => {
    subscription.unsubscribe()
    await serving
  })
}

/** What a peer with this configuration will serve, by MSP id. */
export function authoritiesWanted(
  { caListenAddress, tls }: Pick<PeerConfig, 'caListenAddress' | 'tls'>,
  organisations: readonly string[],
): Record<string, AuthorityState> {
  if (caListenAddress === undefined) return {}
  return Object.fromEntries(
    organisations.map((mspId, i) => {
      const url = `${tls ? 'https' : 'http'}://${addressOf(caListenAddress, i)}`
      return [mspId, { url, wanted: url, name: caName(mspId) }]
    }),
  )
}

/** `org1`. */
function shortName(mspId: string): string {
  return domainOf(mspId).split('.')[0] ?? ''
}

/** `ca-org1`, as in Fabric's test network. */
function caName(mspId: string): string {
  return `ca-${shortName(mspId)}`
}

function addressOf(first: string, i: number): string {
  const colon = first.lastIndexOf(':')
  const port = Number(first.slice(colon + 1))
  const wanted = port === 0 ? 0 : port + i * PORTS_APART
  return i === 0 ? first : `${first.slice(0, colon)}:${wanted > LAST_PORT ? 0 : wanted}`
}

function partsOf(identities: Identities, mspId: string): CaParts {
  const organisation = identities.organisation(mspId)
  return {
    name: caName(mspId),
    version: FABRIC_CA_VERSION,
    caCertificates: () => organisation.caCertificates.slice(0, 1),
    keys: {
      identities: () => readPair(join(organisation.folder, 'ca')),
      tls: () => readPair(join(organisation.folder, TLS_CA_FOLDER)),
    },
    revoked: (certificates) =>
      identities.revoke(
        mspId,
        certificates.map(({ serial }) => serial),
      ),
  }
}

function issueCaTls(identities: Identities, mspId: string, address: string) {
  const name = `ca.${domainOf(mspId)}`
  const host = address.slice(0, address.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1')
  const hosts = new Set([name, caName(mspId), 'localhost', '127.0.0.1', '::1', host])
  return issueTls(identities.organisation(mspId), { name, use: 'server', hosts: [...hosts] })
}
