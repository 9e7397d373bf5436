import { expect } from 'vitest'
import type { CallRequest } from '../../core/contract/call.ts'
import { PeerError } from '../../core/contract/error.ts'
import type { ResultDifference } from '../../core/contract/result-difference.ts'
import type { TestPeer } from '../support/peer.ts'

export const ORGANISATIONS = ['Org1MSP', 'Org2MSP']
const BOTH = { endorsers: ORGANISATIONS }
const NAME = 'two-orgs'

/** Calls of the chaincode `two-orgs` by a member of either organisation. */
export function callers({ api }: TestPeer) {
  const by = (identity: string) => {
    const request = (fn: string, args: string[], more: Partial<CallRequest>): CallRequest => ({
      chaincode: NAME,
      function: fn,
      args,
      identity,
      ...more,
    })
    return {
      /** The payload; throws the chaincode's message. */
      evaluate: async (fn: string, args: string[], more: Partial<CallRequest> = {}) =>
        payloadOf(await api.evaluate(request(fn, args, more))),
      /** It is committed, endorsed by these. Throws the chaincode's message. */
      submit: async (fn: string, args: string[], more: Partial<CallRequest> = {}) => {
        const result = await api.submit(request(fn, args, more))
        payloadOf(result)
        expect(result.validationCode).toBe('VALID')
        return result.endorsers
      },
    }
  }
  return { seller: by('User1@Org1MSP'), buyer: by('User1@Org2MSP') }
}

function payloadOf({ status, message, payload }: { status: number; message: string; payload: string }): string {
  if (status !== 200) throw new Error(message)
  return payload
}

/** An asset whose properties only its owner has, and goes with them to the buyer. */
export async function transferPrivately(peer: TestPeer): Promise<void> {
  const { seller, buyer } = callers(peer)
  const properties = { transient: { properties: 'blue, 20' } }
  expect(await seller.submit('CreateAsset', ['a1'], properties)).toEqual(['Org1MSP'])
  expect(await seller.evaluate('ReadProperties', ['a1'])).toBe('blue, 20')
  expect(await buyer.evaluate('ReadProperties', ['a1'])).toBe('')
  // The guard around private data lets each organisation's client in at its own peer only.
  await expect(buyer.submit('CreateAsset', ['a2'], { ...properties, endorsers: ['Org1MSP'] })).rejects.toThrow(
    'a client of Org2MSP may not use a peer of Org1MSP',
  )
  expect(await buyer.submit('CreateAsset', ['a2'], properties)).toEqual(['Org2MSP'])
  expect(await buyer.evaluate('ReadProperties', ['a2'])).toBe('blue, 20')
}

/** Both keep their price to themselves, and the asset changes hands if it is the same one. */
export async function agreeSecurely(peer: TestPeer): Promise<void> {
  const { seller, buyer } = callers(peer)
  const secret = { properties: 'red, 7' }
  await seller.submit('CreateAsset', ['s1'], { transient: secret })
  expect(await buyer.evaluate('VerifyProperties', ['s1'], { transient: secret })).toBe('true')
  await seller.submit('AgreeToPrice', ['s1'], { transient: { price: '110' } })
  await buyer.submit('AgreeToPrice', ['s1'], { transient: { price: '100' } })
  const sale = { transient: { price: '110', ...secret }, ...BOTH }
  await expect(seller.submit('TransferAsset', ['s1', 'Org2MSP'], sale)).rejects.toThrow('Org2MSP does not agree')
  await buyer.submit('AgreeToPrice', ['s1'], { transient: { price: '110' } })
  expect(await seller.submit('TransferAsset', ['s1', 'Org2MSP'], sale)).toEqual(ORGANISATIONS)
  expect(JSON.parse(await seller.evaluate('ReadAsset', ['s1']))).toEqual({ id: 's1', owner: 'Org2MSP' })
  expect(await buyer.evaluate('ReadProperties', ['s1'])).toBe('red, 7')
  expect(await seller.evaluate('ReadProperties', ['s1'])).toBe('')
}

/** A higher bid that isn't revealed is known to one peer alone, which refuses. */
export async function auctionSealed(peer: TestPeer): Promise<void> {
  const { seller, buyer } = callers(peer)
  await seller.submit('CreateAuction', ['au'])
  await seller.submit('Bid', ['au'], { transient: { bid: '80' } })
  await buyer.submit('Bid', ['au'], { transient: { bid: '95' } })
  expect(await seller.submit('SubmitBid', ['au'], BOTH)).toEqual(ORGANISATIONS)
  await buyer.submit('SubmitBid', ['au'], BOTH)
  await seller.submit('CloseAuction', ['au'], BOTH)
  await seller.submit('RevealBid', ['au'], { transient: { bid: '80' }, ...BOTH })
  const early = await seller.submit('EndAuction', ['au'], BOTH).then(
    () => undefined,
    (error: unknown) => PeerError.from(error),
  )
  expect(early?.code).toBe('ENDORSEMENT_FAILED')
  expect(early?.details).toMatchObject({
    failures: [{ mspId: 'Org2MSP', message: 'chaincode response 500, Org2MSP has a higher bid' }],
  })
  await buyer.submit('RevealBid', ['au'], { transient: { bid: '95' }, ...BOTH })
  expect(await seller.submit('EndAuction', ['au'], BOTH)).toEqual(ORGANISATIONS)
  expect(JSON.parse(await buyer.evaluate('ReadAuction', ['au']))).toMatchObject({ status: 'ended', winner: 'Org2MSP' })
}

/** Where two peers differ, and what it is put down to. */
type Found = Partial<Pick<ResultDifference, 'part' | 'key' | 'collection' | 'field'>> & Pick<ResultDifference, 'cause'>

/**
 * What differs between two peers is told by its field, with the likely cause, and nothing is ordered. `others`: what
 * differs beside it, since it has the same cause.
 */
export async function findsImpure(
  peer: TestPeer,
  kind: string,
  { part = 'write', ...found }: Found,
  ...others: Partial<ResultDifference>[]
) {
  const { seller } = callers(peer)
  const height = () => peer.state().channels['mychannel']?.height
  const before = height()
  const error = await seller.submit('Impure', [kind, 'k'], BOTH).then(
    () => undefined,
    (thrown: unknown) => PeerError.from(thrown),
  )
  expect(error?.toJSON()).toMatchObject({
    code: 'RESULTS_DIFFER',
    what: expect.stringContaining('ProposalResponsePayloads do not match'),
    details: { organisations: ORGANISATIONS },
  })
  const { differences } = error?.details as { differences: ResultDifference[] }
  const place = part === 'write' ? { namespace: NAME, key: 'k' } : {}
  expect(differences).toMatchObject([{ part, ...place, ...found }, ...others])
  expect(differences[0]?.field).toBe(found.field)
  expect(differences[0]?.results.map(({ mspId }) => mspId)).toEqual(ORGANISATIONS)
  expect(height()).toBe(before)
}

/** The same in what a transaction has beside its public writes. */
export async function findsImpureElsewhere(peer: TestPeer): Promise<void> {
  await findsImpure(peer, 'event', { part: 'event', key: 'created', field: 'token', cause: 'memory' })
  await findsImpure(peer, 'response', { part: 'payload', field: 'by', cause: 'organisation' })
  const collection = '_implicit_org_Org1MSP'
  await findsImpure(peer, 'private-write', { collection, field: 'sealedAt', cause: 'time' })
  await callers(peer).seller.submit('CreateAsset', ['k'], { transient: { properties: 'green, 3' } })
  const read: Partial<ResultDifference> = { part: 'read', collection, key: 'properties k', cause: 'private-data' }
  await findsImpure(peer, 'private-read', { field: 'properties', cause: 'private-data' }, read)
}
