// @module-tag slow
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PeerError } from '../../core/contract/error.ts'
import { fixture } from '../support/fixtures.ts'
import { isAlive } from '../support/is-alive.ts'
import { testPeer } from '../support/peer.ts'
import { needs } from '../support/require.ts'
import { codeOf, openFixture, openFolder, startByHand } from './author.ts'
import {
  agreeSecurely,
  auctionSealed,
  findsImpure,
  findsImpureElsewhere,
  ORGANISATIONS,
  transferPrivately,
} from './two-organisations.ts'

describe('a second organisation', () => {
  test('gets a process of its own with its first call, kept from then on, and swapped with the first one', async () => {
    const peer = await testPeer({ organisations: ORGANISATIONS })
    const chaincode = await openFixture(peer, 'javascript-shim')
    await chaincode.evaluate('version')
    expect(chaincode.state().instances).toEqual({})
    const byOther = async () =>
      (await peer.api.evaluate({ chaincode: chaincode.name, function: 'version', args: [], identity: 'User1@Org2MSP' }))
        .payload
    const other = () => chaincode.state().instances['Org2MSP']
    expect(await byOther()).toBe('VERSION_MARK_1')
    const pid = other()?.process?.pid ?? 0
    expect(other()?.registration.state).toBe('ready')
    expect(pid).not.toBe(chaincode.state().process?.pid)
    await byOther()
    expect(other()?.process?.pid).toBe(pid)

    await chaincode.edit('probe.js', 'VERSION_MARK_1', 'VERSION_MARK_2')
    await chaincode.build(2, 'serving')
    expect(await Promise.all([byOther(), chaincode.evaluate('version')])).toEqual(['VERSION_MARK_2', 'VERSION_MARK_2'])
    expect(other()?.process?.build).toBe(2)
    expect(other()?.process?.pid).not.toBe(pid)
    await expect.poll(() => isAlive(pid)).toBe(false)

    // One that crashes is started again by the next call.
    const crashed = other()?.process?.pid ?? 0
    process.kill(crashed, 'SIGKILL')
    await chaincode.eventually('its end is seen', (s) => s.instances['Org2MSP']?.process === undefined)
    expect(await byOther()).toBe('VERSION_MARK_2')
    expect(other()?.process?.pid).not.toBe(crashed)

    const last = other()?.process?.pid ?? 0
    await peer.api.stop({ name: chaincode.name })
    expect(chaincode.state().instances).toEqual({})
    expect(isAlive(last)).toBe(false)
    expect(await byOther()).toBe('VERSION_MARK_2')
  })

  test('is served by the one process that an author started, until there is one of its own', async () => {
    const peer = await testPeer({ organisations: ORGANISATIONS })
    const folder = await fixture('two-orgs-typescript', 'built')
    const chaincode = await openFolder(peer, { folder, startedBy: 'you' })
    const peerOf = async (mspId: string) => {
      const request = { chaincode: chaincode.name, function: 'Peer', args: [], identity: `User1@${mspId}` }
      return (await peer.api.evaluate(request)).payload
    }
    startByHand(chaincode.state().command)
    await chaincode.ready()
    expect([await peerOf('Org1MSP'), await peerOf('Org2MSP')]).toEqual(['Org1MSP', 'Org1MSP'])
    const both = { chaincode: chaincode.name, function: 'CreateAuction', args: ['au'], endorsers: ORGANISATIONS }
    expect(await peer.api.submit(both)).toMatchObject({ validationCode: 'VALID', endorsers: ORGANISATIONS })

    const command = await chaincode.eventually('its command is told', (s) => s.commands['Org2MSP'])
    const terminal = startByHand(command)
    await chaincode.eventually('it registers', (s) => s.instances['Org2MSP']?.registration.state === 'ready')
    expect([await peerOf('Org1MSP'), await peerOf('Org2MSP')]).toEqual(['Org1MSP', 'Org2MSP'])
    terminal.kill()
    await chaincode.eventually('its end is seen', (s) => s.instances['Org2MSP']?.registration.state === 'none')
    expect(await peerOf('Org2MSP')).toBe('Org1MSP')
  })

  test('names its member without a word of the organisation, where no other one has that name', async () => {
    const peer = await testPeer({ organisations: [...ORGANISATIONS, 'Org3MSP'] })
    const chaincode = await openFixture(peer, 'javascript-shim', { watch: false })
    const caller = async (identity: string) =>
      (await peer.api.evaluate({ chaincode: chaincode.name, function: 'version', args: [], identity })).identity
    await peer.api.issueIdentity({ name: 'recipient', mspId: 'Org2MSP' })
    expect(await caller('recipient')).toBe('recipient@Org2MSP')
    await peer.api.issueIdentity({ name: 'recipient', mspId: 'Org3MSP' })
    const ambiguous = await caller('recipient').catch((error: unknown) => PeerError.from(error))
    expect(ambiguous).toMatchObject({
      code: 'IDENTITY_AMBIGUOUS',
      details: { known: ['recipient@Org2MSP', 'recipient@Org3MSP'] },
    })
    await peer.api.issueIdentity({ name: 'recipient', mspId: 'Org1MSP' })
    expect(await caller('recipient')).toBe('recipient@Org1MSP')
    expect(await codeOf(caller('nobody'))).toBe('IDENTITY_UNKNOWN')
  })

  test('that lacks private data is not asked, nor sent transient data that is not its own', async () => {
    const peer = await testPeer({ organisations: ORGANISATIONS })
    const folder = await fixture('two-orgs-typescript', 'built')
    await writeFile(
      join(folder, 'slipway.yaml'),
      `name: two-orgs\nendorsementPolicy: "AND('Org1MSP.peer', 'Org2MSP.peer')"\n`,
    )
    const chaincode = await openFolder(peer, { folder, watch: false })
    await chaincode.build(1, 'serving')
    const call = { chaincode: chaincode.name, function: 'CreateAsset', args: ['a'], transient: { properties: 'x' } }
    expect(await codeOf(peer.api.submit(call))).toBe('TRANSIENT_UNPROTECTED')
    expect(await codeOf(peer.api.submit({ ...call, function: 'ReadProperties' }))).toBe('NO_ENDORSERS')
    expect(chaincode.state().instances).toEqual({})
  })

  test('has no say in what every process gets as its organisation', async () => {
    const peer = await testPeer()
    const folder = await fixture('javascript-shim', 'bare')
    await writeFile(join(folder, 'slipway.yaml'), 'env:\n  CORE_PEER_LOCALMSPID: Org2MSP\n')
    expect(await codeOf(peer.api.openChaincode({ folder }))).toBe('CONFIG_INVALID')
  })
})

for (const name of ['two-orgs-typescript', 'two-orgs-go'] as const) {
  const suite = name === 'two-orgs-go' ? needs('go') : { describe }
  suite.describe(`${name}, endorsed by both organisations`, () => {
    const open = async () => {
      const peer = await testPeer({ organisations: ORGANISATIONS })
      await openFixture(peer, name, { readiness: 'built', watch: false })
      return peer
    }
    test('private data, a secured agreement and a sealed auction go to their ends', async () => {
      const peer = await open()
      await transferPrivately(peer)
      await agreeSecurely(peer)
      await auctionSealed(peer)
    })

    test('what is not the same on every peer is found, and its field named', async () => {
      const peer = await open()
      await findsImpure(peer, 'time', { field: 'createdAt', cause: 'time' })
      await findsImpure(peer, 'random', { field: 'token', cause: 'memory' })
      await findsImpure(peer, 'organisation', { field: 'by', cause: 'organisation' })
      await findsImpureElsewhere(peer)
      if (name === 'two-orgs-go') await findsImpure(peer, 'order', { cause: 'order' })
    })
  })
}
