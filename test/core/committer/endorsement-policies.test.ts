import { describe, expect, test } from 'vitest'
import type { TxSimulator } from '../../../core/ledger/ledger.ts'
import { parsePolicy } from '../../../core/policies/policy-dsl.ts'
import { NS } from '../ledger/envelopes.ts'
import { LIFECYCLE, openScene } from './committing.ts'

const BOTH = "AND('Org1MSP.peer', 'Org2MSP.peer')"
const put =
  (key: string, namespace = NS) =>
  (simulator: TxSimulator) =>
    simulator.setState(namespace, key, Buffer.from('v'))
const putPrivate = (collection: string) => (simulator: TxSimulator) =>
  simulator.setPrivateData(NS, collection, 'k', Buffer.from('v'))
/** Give a key a policy of its own. */
const guard = (key: string, policy: string) => (simulator: TxSimulator) => {
  simulator.setState(NS, key, Buffer.from('v'))
  simulator.setStateMetadata(
    NS,
    key,
    new Map([['VALIDATION_PARAMETER', Buffer.from(parsePolicy(policy).serializeBinary())]]),
  )
}

async function open() {
  const scene = await openScene(['Org2MSP', 'Org3MSP'])
  const peers = (...mspIds: string[]) => mspIds.map((mspId) => scene.identities.peerOf(mspId))
  /** The code of a transaction that these organisations' peers endorse. */
  const code = async (work: (simulator: TxSimulator) => void, ...mspIds: string[]) =>
    (await scene.codes(scene.envelopeOf({ work, endorsers: peers(...mspIds) })))[0]
  return { ...scene, peers, code }
}

const FAILURE = 'ENDORSEMENT_POLICY_FAILURE'

describe('a chaincode’s policy', () => {
  test('wants each of those that it names', async () => {
    const { define, code } = await open()
    await define(NS, { policy: BOTH })
    expect(await code(put('k'), 'Org1MSP')).toBe(FAILURE)
    expect(await code(put('k'), 'Org1MSP', 'Org3MSP')).toBe(FAILURE)
    expect(await code(put('k'), 'Org2MSP', 'Org1MSP')).toBe('VALID')
  })

  test('is asked also of a transaction that writes nothing', async () => {
    const { define, code } = await open()
    await define(NS, { policy: BOTH })
    expect(await code((simulator) => simulator.getState(NS, 'k'), 'Org1MSP')).toBe(FAILURE)
    expect(await code((simulator) => simulator.getState(NS, 'k'), 'Org1MSP', 'Org2MSP')).toBe('VALID')
  })

  test('tells peers from other members', async () => {
    const { envelopeOf, codes, identities, define } = await open()
    await define(NS, { policy: "OR('Org1MSP.peer')" })
    expect(await codes(envelopeOf({ endorsers: [identities.client] }))).toEqual([FAILURE])
  })

  test.each([
    ['/Channel/Application/Endorsement', ['Org1MSP'], FAILURE],
    ['/Channel/Application/Endorsement', ['Org1MSP', 'Org3MSP'], 'VALID'],
    ['/Channel/Application/Org3MSP/Endorsement', ['Org1MSP', 'Org2MSP'], FAILURE],
    ['/Channel/Application/Org3MSP/Endorsement', ['Org3MSP'], 'VALID'],
    ['/Channel/Application/NoSuch', ['Org1MSP', 'Org2MSP', 'Org3MSP'], FAILURE],
    ['/Channel/Orderer/BlockValidation', ['Org1MSP', 'Org2MSP', 'Org3MSP'], FAILURE],
  ])('%s, endorsed by %s', async (policy, mspIds, expected) => {
    const { define, code } = await open()
    await define(NS, { policy })
    expect(await code(put('k'), ...mspIds)).toBe(expected)
  })

  test('of every chaincode that is written to, called or not', async () => {
    const { define, code, commit, envelopeOf, peers } = await open()
    await define('other', { policy: "OR('Org2MSP.peer')" })
    const work = (simulator: TxSimulator) => [put('k'), put('k', 'other')].forEach((each) => each(simulator))
    expect(await code(work, 'Org1MSP', 'Org2MSP')).toBe('VALID')
    const [outcome] = await commit(envelopeOf({ work, endorsers: peers('Org1MSP') }))
    expect(outcome).toMatchObject({
      validationCode: FAILURE,
      endorsementFailure: { namespace: 'other', policy: "OR('Org2MSP.peer')", endorsers: ['Org1MSP'] },
    })
    // What is only read is not asked for.
    const reads = (simulator: TxSimulator) => {
      simulator.getState('other', 'k')
      put('k')(simulator)
    }
    expect(await code(reads, 'Org1MSP')).toBe('VALID')
  })

  test('of _lifecycle is the channel’s, of most organisations', async () => {
    const { envelopeOf, codes, peers } = await open()
    const work = put('namespaces/fields/x/Sequence', LIFECYCLE)
    const by = (...mspIds: string[]) => envelopeOf({ chaincode: LIFECYCLE, work, endorsers: peers(...mspIds) })
    expect(await codes(by('Org1MSP'), by('Org1MSP', 'Org2MSP'))).toEqual([FAILURE, 'VALID'])
  })
})

describe('a collection’s policy', () => {
  const members = "OR('Org1MSP.member', 'Org2MSP.member')"
  const collections = [
    { name: 'plain', policy: members },
    { name: 'guarded', policy: members, endorsementPolicy: { signaturePolicy: BOTH } },
    {
      name: 'referring',
      policy: members,
      endorsementPolicy: { channelConfigPolicy: '/Channel/Application/Org3MSP/Endorsement' },
    },
  ]

  test.each([
    ['plain', ['Org1MSP'], 'VALID'],
    ['guarded', ['Org1MSP'], FAILURE],
    ['guarded', ['Org1MSP', 'Org2MSP'], 'VALID'],
    ['referring', ['Org1MSP', 'Org2MSP'], FAILURE],
    ['referring', ['Org3MSP'], 'VALID'],
    ['_implicit_org_Org2MSP', ['Org1MSP'], FAILURE],
    ['_implicit_org_Org2MSP', ['Org2MSP'], 'VALID'],
  ])('%s, endorsed by %s', async (collection, mspIds, expected) => {
    const { define, code } = await open()
    await define(NS, { policy: "OR('Org1MSP.peer')", collections })
    expect(await code(putPrivate(collection), ...mspIds)).toBe(expected)
  })

  test('beside the chaincode’s own for what is public', async () => {
    const { define, code } = await open()
    await define(NS, { policy: "OR('Org3MSP.peer')", collections })
    const work = (simulator: TxSimulator) => [put('k'), putPrivate('guarded')].forEach((each) => each(simulator))
    expect(await code(work, 'Org1MSP', 'Org2MSP')).toBe(FAILURE)
    expect(await code(work, 'Org3MSP')).toBe(FAILURE)
    expect(await code(work, 'Org1MSP', 'Org2MSP', 'Org3MSP')).toBe('VALID')
  })
})

describe('a key’s policy', () => {
  test('is in the place of its chaincode’s', async () => {
    const { code } = await open()
    expect(await code(guard('k', "OR('Org3MSP.peer')"), 'Org1MSP')).toBe('VALID')
    expect(await code(put('k'), 'Org1MSP', 'Org2MSP')).toBe(FAILURE)
    expect(await code(put('k'), 'Org3MSP')).toBe('VALID')
    expect(await code(put('other'), 'Org1MSP')).toBe('VALID')
  })

  test('guards itself, and goes with its key', async () => {
    const { code } = await open()
    await code(guard('k', "OR('Org3MSP.peer')"), 'Org1MSP')
    expect(await code(guard('k', "OR('Org1MSP.peer')"), 'Org1MSP')).toBe(FAILURE)
    expect(await code((simulator) => simulator.deleteState(NS, 'k'), 'Org1MSP')).toBe(FAILURE)
    expect(await code((simulator) => simulator.deleteState(NS, 'k'), 'Org3MSP')).toBe('VALID')
    expect(await code(put('k'), 'Org1MSP')).toBe('VALID')
  })

  test('that an earlier transaction of the block changes keeps later ones out', async () => {
    const { codes, envelopeOf, commit, peers } = await open()
    const by = (work: (simulator: TxSimulator) => void) => envelopeOf({ work })
    const [first, second] = await commit(by(guard('k', "OR('Org1MSP.peer')")), by(put('k')))
    expect([first?.validationCode, second?.validationCode]).toEqual(['VALID', FAILURE])
    expect(second?.endorsementFailure).toMatchObject({ namespace: NS, key: 'k' })
    // One that is not endorsed changes nothing.
    expect(await codes(envelopeOf({ work: guard('l', BOTH), endorsers: peers('Org3MSP') }), by(put('l')))).toEqual([
      FAILURE,
      'VALID',
    ])
  })

  test('that is none that can be read nobody satisfies', async () => {
    const { code } = await open()
    const nonsense = (simulator: TxSimulator) => {
      simulator.setState(NS, 'k', Buffer.from('v'))
      simulator.setStateMetadata(NS, 'k', new Map([['VALIDATION_PARAMETER', Buffer.from('nonsense')]]))
    }
    expect(await code(nonsense, 'Org1MSP')).toBe('VALID')
    expect(await code(put('k'), 'Org1MSP', 'Org2MSP', 'Org3MSP')).toBe(FAILURE)
  })

  test('of a private key', async () => {
    const { define, code } = await open()
    const collections = [{ name: 'c', policy: "OR('Org1MSP.member')" }]
    await define(NS, { policy: "OR('Org1MSP.peer')", collections })
    const parameter = Buffer.from(parsePolicy("OR('Org2MSP.peer')").serializeBinary())
    const guarded = (simulator: TxSimulator) => {
      putPrivate('c')(simulator)
      simulator.setPrivateDataMetadata(NS, 'c', 'k', new Map([['VALIDATION_PARAMETER', parameter]]))
    }
    expect(await code(guarded, 'Org1MSP')).toBe('VALID')
    expect(await code(putPrivate('c'), 'Org1MSP')).toBe(FAILURE)
    expect(await code(putPrivate('c'), 'Org2MSP')).toBe('VALID')
  })
})
