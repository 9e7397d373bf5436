import { expect, test } from 'vitest'
import { openIdentities } from '../../../core/msp/dev-ca.ts'
import { identityCommands } from '../../../core/msp/identity-commands.ts'
import type { Identity } from '../../../core/msp/identity.ts'
import { satisfies } from '../../../core/msp/principals.ts'
import { evaluate } from '../../../core/policies/evaluate.ts'
import {
  CombinedPrincipal,
  MSPIdentityAnonymity,
  MSPPrincipal,
  MSPRole,
  OrganizationUnit,
  SignaturePolicy,
  SignaturePolicyEnvelope,
} from '../../../core/protos/policies.ts'
import { makeCertificate } from '../../support/certificates.ts'
import { tempFolder } from '../../support/temp.ts'

const { Classification } = MSPPrincipal
const { MEMBER, ADMIN, CLIENT, PEER, ORDERER } = MSPRole.MSPRoleType

function principal(classification: number, bytes: Uint8Array): MSPPrincipal {
  const made = new MSPPrincipal()
  made.setPrincipalClassification(classification as 0)
  made.setPrincipal(bytes)
  return made
}

function role(mspId: string, wanted: number): MSPPrincipal {
  const made = new MSPRole()
  made.setMspIdentifier(mspId)
  made.setRole(wanted as 0)
  return principal(Classification.ROLE, made.serializeBinary())
}

async function members() {
  const identities = await openIdentities(await tempFolder('msp'), 'Org1MSP', ['Org1MSP', 'Org2MSP'])
  const commands = identityCommands(identities)
  await commands.issueIdentity({ name: 'boss', role: 'admin', affiliation: 'sales' })
  await commands.importIdentity({ name: 'stranger', ...(await makeCertificate({ subject: 'OU=client, CN=x' })) })
  const of = async (id: string): Promise<Identity> =>
    identities.msps.deserialize((await identities.find(id)).serialize())
  return { identities, of }
}

test('a role is asked of a valid member of that organisation', async () => {
  const { of } = await members()
  const table = [
    ['User1@Org1MSP', [MEMBER, CLIENT]],
    ['peer@Org1MSP', [MEMBER, PEER]],
    ['boss@Org1MSP', [MEMBER, ADMIN]],
    // Its certificate signed itself.
    ['stranger@Org1MSP', []],
    ['User1@Org2MSP', []],
  ] as const
  for (const [id, has] of table) {
    const identity = await of(id)
    const found = [MEMBER, ADMIN, CLIENT, PEER, ORDERER].filter((wanted) =>
      satisfies(identity, role('Org1MSP', wanted)),
    )
    expect(found, id).toEqual([...has].sort())
  }
})

test('units, identities, combinations and anonymity', async () => {
  const { identities, of } = await members()
  const boss = await of('boss')
  const unit = (name: string, certifiers: Uint8Array) => {
    const made = new OrganizationUnit()
    made.setMspIdentifier('Org1MSP')
    made.setOrganizationalUnitIdentifier(name)
    made.setCertifiersIdentifier(certifiers)
    return principal(Classification.ORGANIZATION_UNIT, made.serializeBinary())
  }
  const sales = unit('sales', boss.certifiersIdentifier)
  expect(satisfies(boss, sales)).toBe(true)
  expect(satisfies(boss, unit('other', boss.certifiersIdentifier))).toBe(false)
  expect(satisfies(boss, unit('sales', Buffer.of(1)))).toBe(false)
  expect(satisfies(await of('User1'), sales)).toBe(false)

  const itself = principal(Classification.IDENTITY, (await identities.find('boss')).serialize())
  expect(satisfies(boss, itself)).toBe(true)
  expect(satisfies(await of('User1'), itself)).toBe(false)

  const combined = (...all: MSPPrincipal[]) => {
    const made = new CombinedPrincipal()
    made.setPrincipalsList(all)
    return principal(Classification.COMBINED, made.serializeBinary())
  }
  expect(satisfies(boss, combined(sales, role('Org1MSP', ADMIN)))).toBe(true)
  expect(satisfies(boss, combined(sales, role('Org1MSP', CLIENT)))).toBe(false)
  expect(satisfies(boss, combined())).toBe(false)

  const anonymity = (type: 0 | 1) => {
    const made = new MSPIdentityAnonymity()
    made.setAnonymityType(type)
    return principal(Classification.ANONYMITY, made.serializeBinary())
  }
  expect([satisfies(boss, anonymity(0)), satisfies(boss, anonymity(1))]).toEqual([true, false])
  expect(satisfies(boss, principal(Classification.ROLE, Buffer.from([0xff, 0xff])))).toBe(false)
  expect(satisfies(boss, principal(9, Buffer.of()))).toBe(false)
})

type Rule = number | readonly [n: number, rules: readonly Rule[]]

function ruleOf(rule: Rule): SignaturePolicy {
  const made = new SignaturePolicy()
  if (typeof rule === 'number') {
    made.setSignedBy(rule)
    return made
  }
  const [n, rules] = rule
  const outOf = new SignaturePolicy.NOutOf()
  outOf.setN(n)
  outOf.setRulesList(rules.map(ruleOf))
  made.setNOutOf(outOf)
  return made
}

function policy(rule: Rule, ...principals: MSPPrincipal[]): SignaturePolicyEnvelope {
  const made = new SignaturePolicyEnvelope()
  made.setRule(ruleOf(rule))
  made.setIdentitiesList(principals)
  return made
}

test('gates count signatures, each of one identity', async () => {
  const { of } = await members()
  const [peer1, user1, peer2] = await Promise.all(['peer@Org1MSP', 'User1@Org1MSP', 'peer@Org2MSP'].map(of))
  if (peer1 === undefined || user1 === undefined || peer2 === undefined) throw new Error('not all are there')
  const both = policy([2, [0, 1]], role('Org1MSP', PEER), role('Org2MSP', PEER))
  expect([evaluate(both, [peer1, peer2]), evaluate(both, [peer2, peer1]), evaluate(both, [peer1])]).toEqual([
    true,
    true,
    false,
  ])
  const either = policy([1, [0, 1]], role('Org1MSP', PEER), role('Org2MSP', PEER))
  expect([evaluate(either, [peer2]), evaluate(either, [user1]), evaluate(either, [])]).toEqual([true, false, false])
  // One identity is one signature, however often it comes.
  const twoMembers = policy([2, [0, 1]], role('Org1MSP', MEMBER), role('Org1MSP', MEMBER))
  expect([evaluate(twoMembers, [peer1, peer1]), evaluate(twoMembers, [peer1, user1])]).toEqual([false, true])
  // Greedy as Fabric's: the member's rule takes the peer, and nobody is left who is one.
  const greedy = policy([2, [0, 1]], role('Org1MSP', MEMBER), role('Org1MSP', PEER))
  expect([evaluate(greedy, [peer1, user1]), evaluate(greedy, [user1, peer1])]).toEqual([false, true])
  // What an inner gate took and did not need is free again.
  const inner = policy([1, [[2, [0, 1]], 0]], role('Org1MSP', PEER), role('Org2MSP', PEER))
  expect(evaluate(inner, [peer1])).toBe(true)
  expect(evaluate(policy([0, []]), [])).toBe(true)
  expect(() => evaluate(policy(3, role('Org1MSP', PEER)), [peer1])).toThrow('identity index out of range, requested 3')
  expect(() => evaluate(new SignaturePolicyEnvelope(), [])).toThrow('Empty policy element')
})
