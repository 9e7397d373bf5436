import { endorsementLayouts } from '../gateway/choose-endorsers.ts'
import type { NamespaceReadWriteSet } from '../ledger/read-write-set.ts'
import { definitionKey } from '../privdata/definition-keys.ts'
import { MSPConfig, type ConfigGroup } from '../protos/config.ts'
import { StateData } from '../protos/lifecycle.ts'
import type { DiscoveryParts } from '../services/discovery.ts'
import type { KnownPeer } from '../services/discovered-peers.ts'
import { signerOf, type AccessControl } from '../services/signed-data.ts'
import type { TlsBinding } from '../services/tls-binding.ts'
import type { ChaincodeSide } from './chaincode-side.ts'
import type { Channels } from './channels.ts'
import type { Storage } from './storage.ts'

export interface DiscoveryWorld {
  storage: Storage
  channels: Channels
  chaincodeSide: ChaincodeSide
  access: AccessControl
  /** Of the peers, by MSP id. */
  addresses: ReadonlyMap<string, string>
  ordererAddress(): string
  binding: TlsBinding
}

/** What discovery on the peer of an organisation answers from. */
export function discoveryParts(mspId: string, world: DiscoveryWorld): DiscoveryParts {
  const { storage, channels, chaincodeSide, access, addresses, ordererAddress, binding } = world
  const { identities, facts } = storage
  const { definitions, custodians } = chaincodeSide
  return {
    access,
    mspId,
    binding,
    isLocalAdmin(signed) {
      const signer = signerOf(identities.msps, signed)
      return signer?.mspId === mspId && signer.certificate.organizationalUnits.includes('admin')
    },
    hasChannel: (channel) => channels.find(channel) !== undefined,
    msps: (channel) => mspsIn(channels.find(channel)?.blocks.config()?.getChannelGroup()),
    orderer: () => ({ mspId: identities.orderer.mspId, address: ordererAddress() }),
    peers: () => {
      const { startedAt } = facts.state().peer
      const known = identities.organisations().map((of): [string, KnownPeer] => {
        return [of, { identity: identities.peerOf(of), endpoint: addresses.get(of) ?? '', startedAt }]
      })
      return new Map(known)
    },
    stateOf(channel) {
      const ledger = channels.get(channel)
      const sequenceOf = (name: string) => {
        const { namespace, key } = definitionKey(name, 'Sequence')
        const value = ledger.state.get(namespace, key)?.value
        return value === undefined ? 0 : StateData.deserializeBinary(value).getInt64()
      }
      const open = custodians.names().filter((name) => definitions.find(name, channel) !== undefined)
      const chaincodes = open.map((name) => ({ name, sequence: sequenceOf(name) }))
      return { channel, height: ledger.height(), chaincodes: [{ name: '_lifecycle', sequence: 1 }, ...chaincodes] }
    },
    layouts(channel, interest) {
      const calls = interest.getChaincodesList().map((call) => ({
        namespace: call.getName(),
        collections: call.getCollectionNamesList(),
      }))
      const ledger = channels.get(channel)
      for (const { namespace, collections } of calls) {
        const found = definitions.find(namespace, channel)
        if (found === undefined || found.systemChaincode) return undefined
        const known = ledger.collections(namespace).map(({ name }) => name)
        if (collections.some((name) => !known.includes(name))) return undefined
      }
      const [first] = calls
      if (first === undefined) return undefined
      const transaction = { chaincode: first.namespace, readWriteSet: calls.map(writeOf) }
      const suffice = (mspIds: readonly string[]) => {
        const endorsers = mspIds.map((of) => identities.peerOf(of).serialize())
        return channels.committer(channel).endorsementFailure(transaction, endorsers) === undefined
      }
      return [...endorsementLayouts(mspId, identities.organisations(), suffice)].filter(suffice)
    },
  }
}

/** A write of a key that no policy of its own has, which asks for what the chaincode's and the collections' policies ask. */
function writeOf({ namespace, collections }: { namespace: string; collections: string[] }): NamespaceReadWriteSet {
  const value = new Uint8Array()
  return {
    namespace,
    reads: [],
    rangeQueries: [],
    metadataWrites: [],
    writes: collections.length > 0 ? [] : [{ key: '', isDelete: true, value }],
    collections: collections.map((name) => ({
      name,
      reads: [],
      metadataWrites: [],
      writes: [{ keyHash: value, isDelete: true, isPurge: false, valueHash: value }],
      pvtRwsetHash: value,
    })),
  }
}

/** The organisations of a configuration, the ordering ones included. */
function mspsIn(root: ConfigGroup | undefined): Map<string, Uint8Array> {
  const msps = new Map<string, Uint8Array>()
  for (const name of ['Application', 'Orderer']) {
    root
      ?.getGroupsMap()
      .get(name)
      ?.getGroupsMap()
      .forEach((group, mspId) => {
        const value = group.getValuesMap().get('MSP')?.getValue_asU8()
        if (value !== undefined) msps.set(mspId, MSPConfig.deserializeBinary(value).getConfig_asU8())
      })
  }
  return msps
}
