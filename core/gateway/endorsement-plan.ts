import { PeerError } from '../contract/error.ts'
import type { SigningIdentity } from '../msp/identity.ts'
import { endorsementLayouts } from './choose-endorsers.ts'
import type { GatewayParts } from './gateway-parts.ts'
import type { Call, Proposed, SimulatedCall } from './simulate-call.ts'

type PlanningParts = Pick<GatewayParts, 'identities' | 'committer'>

/** @throws PeerError ORGANISATION_UNKNOWN, ARGUMENT_INVALID */
export function namedEndorsers(
  mspIds: readonly string[],
  identities: Pick<PlanningParts['identities'], 'peerOf'>,
): SigningIdentity[] {
  const peers = [...new Set(mspIds)].map((mspId) => identities.peerOf(mspId))
  if (peers.length > 0) return peers
  throw new PeerError('ARGUMENT_INVALID', { argument: 'The list of endorsers', message: 'It names nobody.' })
}

/**
 * The combinations of organisations that may endorse a call, the one to try first at the beginning: those it names, or
 * those that its policies accept. A peer that lacks private data which the call reads isn't asked, and none outside of
 * the written collections is sent transient data (Fabric discovery/endorsement/endorsement.go, internal/pkg/gateway/endorse.go).
 * @throws PeerError NO_ENDORSERS, TRANSIENT_UNPROTECTED, ORGANISATION_UNKNOWN, ARGUMENT_INVALID
 */
export function planEndorsement(
  { request, definition }: Call,
  { hasTransient, creator }: Proposed,
  first: SimulatedCall,
  { identities, committer }: PlanningParts,
): readonly (readonly string[])[] {
  if (request.endorsers !== undefined) {
    return [namedEndorsers(request.endorsers, identities).map(({ mspId }) => mspId)]
  }
  const transaction = { chaincode: definition.name, readWriteSet: [...first.publicSets] }
  const suffice = (mspIds: readonly string[]) => {
    const peers = mspIds.map((mspId) => identities.peerOf(mspId).serialize())
    return committer(definition.channel).endorsementFailure(transaction, peers) === undefined
  }
  const layouts = [...endorsementLayouts(creator.mspId, identities.organisations(), suffice)]
  const { privateReads } = first
  const reading = layouts.filter((layout) => layout.every((mspId) => isMemberOf(first, privateReads, mspId)))
  if (reading.length === 0) {
    const [{ namespace, collection } = { namespace: '', collection: '' }] = privateReads
    throw new PeerError('NO_ENDORSERS', {
      collections: privateReads.map((read) => read.collection),
      members: [...first.membersOf(namespace, collection)],
    })
  }
  if (!hasTransient) return reading
  const written = writtenCollections(first)
  const protecting = reading.filter((layout) => layout.every((mspId) => isMemberOf(first, written, mspId)))
  if (protecting.length > 0) return protecting
  const collections = written.map(({ collection }) => collection)
  throw new PeerError('TRANSIENT_UNPROTECTED', { collections, endorsers: [...(reading[0] ?? [])] })
}

interface CollectionName {
  namespace: string
  collection: string
}

function isMemberOf({ membersOf }: SimulatedCall, collections: readonly CollectionName[], mspId: string): boolean {
  return collections.every(({ namespace, collection }) => membersOf(namespace, collection).includes(mspId))
}

function writtenCollections({ publicSets }: SimulatedCall): CollectionName[] {
  return publicSets.flatMap(({ namespace, collections }) =>
    collections
      .filter(({ writes, metadataWrites }) => writes.length + metadataWrites.length > 0)
      .map(({ name }) => ({ namespace, collection: name })),
  )
}
