import { stringify } from 'yaml'
import type { ExportedFile } from '../contract/export.ts'
import {
  namesOf,
  ORDERER_NAME,
  type ExportedNetwork,
  type ExportedOrderer,
  type ExportedOrganisation,
} from './exported-network.ts'

/**
 * The common connection profile that fabric-network 2.2, fabric-sdk-go and fabric-gateway-java 2.2 read (its fields:
 * fabric-samples, test-network/organizations/ccp-template.json; with channels and orderers, for clients that don't use
 * discovery: hyperledger-fabric SDK docs, tutorial-commonconnectionprofile). The Java SDK asks only peers with `discover`.
 * @param mspId whose application it is for
 * @returns plain JSON
 */
export function connectionProfile(
  { channels, organisations, orderer }: Pick<ExportedNetwork, 'channels' | 'organisations' | 'orderer'>,
  mspId: string,
): object {
  const peers = organisations.map((organisation) => namesOf(organisation.mspId).peer)
  const roles = { endorsingPeer: true, chaincodeQuery: true, ledgerQuery: true, eventSource: true, discover: true }
  return {
    ...head('slipway', mspId),
    channels: Object.fromEntries(
      channels.map((channel) => [
        channel,
        { orderers: [ORDERER_NAME], peers: Object.fromEntries(peers.map((peer) => [peer, roles])) },
      ]),
    ),
    ...members(organisations),
    orderers: { [ORDERER_NAME]: nodeEntry(orderer, ORDERER_NAME, orderer.tlsCaCertificate) },
  }
}

/** The test network's profile of one organisation: `connection-org1.json`. The rest is left to discovery. */
export function testNetworkProfile(organisation: ExportedOrganisation): object {
  const { name } = namesOf(organisation.mspId)
  return { ...head(`test-network-${name.toLowerCase()}`, organisation.mspId), ...members([organisation]) }
}

/** A profile in both forms. */
export function profileFiles(path: string, profile: object): ExportedFile[] {
  return [
    { path: `${path}.json`, text: `${JSON.stringify(profile, null, 2)}\n` },
    { path: `${path}.yaml`, text: stringify(profile, { lineWidth: 0 }) },
  ]
}

function head(name: string, mspId: string): object {
  return {
    name,
    version: '1.0.0',
    client: {
      organization: namesOf(mspId).name,
      connection: { timeout: { peer: { endorser: '300' }, orderer: '300' } },
    },
  }
}

function members(organisations: readonly ExportedOrganisation[]): object {
  const authorities = organisations.flatMap(({ mspId, ca, tlsCaCertificate }) =>
    ca === undefined ? [] : [[namesOf(mspId).ca, authorityEntry(ca, tlsCaCertificate)] as const],
  )
  return {
    organizations: Object.fromEntries(
      organisations.map(({ mspId, ca }) => {
        const names = namesOf(mspId)
        const certificateAuthorities = ca === undefined ? {} : { certificateAuthorities: [names.ca] }
        return [names.name, { mspid: mspId, peers: [names.peer], ...certificateAuthorities }]
      }),
    ),
    peers: Object.fromEntries(
      organisations.map(({ mspId, peer, tlsCaCertificate }) => {
        const name = namesOf(mspId).peer
        return [name, nodeEntry(peer, name, tlsCaCertificate)]
      }),
    ),
    ...(authorities.length === 0 ? {} : { certificateAuthorities: Object.fromEntries(authorities) }),
  }
}

function nodeEntry({ address }: Pick<ExportedOrderer, 'address'>, name: string, tlsCa: string | undefined): object {
  if (tlsCa === undefined) return { url: `grpc://${address}` }
  return {
    url: `grpcs://${address}`,
    tlsCACerts: { pem: tlsCa },
    grpcOptions: { 'ssl-target-name-override': name, hostnameOverride: name },
  }
}

function authorityEntry({ url, name }: { url: string; name: string }, tlsCa: string | undefined): object {
  const tls = tlsCa === undefined ? {} : { tlsCACerts: { pem: [tlsCa] } }
  return { url, caName: name, ...tls, httpOptions: { verify: false } }
}
