// @module-tag slow
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fixture } from '../support/fixtures.ts'
import { testPeer } from '../support/peer.ts'
import { codeOf, openFolder } from './author.ts'

const BOTH = "AND('Org1MSP.peer', 'Org2MSP.peer')"

/** A chaincode of three organisations, with this in its slipway.yaml. */
async function start(yaml: string) {
  const peer = await testPeer({ organisations: ['Org1MSP', 'Org2MSP', 'Org3MSP'] })
  const folder = await fixture('feature-node', 'installed')
  const config = join(folder, 'slipway.yaml')
  await writeFile(config, yaml)
  const chaincode = await openFolder(peer, { folder })
  await chaincode.build(1, 'serving')
  const submit = (fn: string, args: string[], endorsers?: string[]) =>
    peer.api.submit({
      chaincode: chaincode.name,
      function: fn,
      args,
      ...(endorsers === undefined ? {} : { endorsers }),
    })
  return { peer, chaincode, config, submit }
}

describe('endorsements are collected as the policies ask for', () => {
  test('a chaincode’s, which is the channel’s where it says none', async () => {
    const { submit } = await start('name: feature\n')
    // Most of three.
    const outcome = await submit('Put', ['k', 'v'])
    expect(outcome).toMatchObject({ validationCode: 'VALID', endorsers: ['Org1MSP', 'Org2MSP'] })
  })

  test('its own, in slipway.yaml, also once that is changed', async () => {
    const { peer, chaincode, config, submit } = await start(`name: feature\nendorsementPolicy: "OR('Org3MSP.peer')"\n`)
    expect(await submit('Put', ['k', 'v'])).toMatchObject({ validationCode: 'VALID', endorsers: ['Org3MSP'] })
    const height = () => peer.state().channels['mychannel']?.height ?? 0
    const before = height()
    await writeFile(config, `name: feature\nendorsementPolicy: "${BOTH}"\n`)
    await chaincode.eventually('it is defined again', () => height() > before)
    // The save also relaunches it, which would end a call under way.
    await chaincode.build(2, 'serving')
    expect(await submit('Put', ['k', 'v'])).toMatchObject({ endorsers: ['Org1MSP', 'Org2MSP'] })
  })

  test('a key’s, once the chaincode has given it one', async () => {
    const { submit } = await start(`name: feature\nendorsementPolicy: "OR('Org1MSP.peer')"\n`)
    await submit('Put', ['k', 'v'])
    expect(await submit('SetPolicy', ['k', 'Org2MSP'])).toMatchObject({ endorsers: ['Org1MSP'] })
    expect(await submit('Put', ['k', 'w'])).toMatchObject({ validationCode: 'VALID', endorsers: ['Org2MSP'] })
    expect(await submit('Put', ['l', 'w'])).toMatchObject({ endorsers: ['Org1MSP'] })
  })
})

describe('endorsers may be chosen', () => {
  test('and where they do not suffice, the commit says which policy wants more', async () => {
    const { peer, submit } = await start(`name: feature\nendorsementPolicy: "${BOTH}"\n`)
    const outcome = await submit('Put', ['k', 'v'], ['Org1MSP', 'Org3MSP'])
    expect(outcome).toMatchObject({
      validationCode: 'ENDORSEMENT_POLICY_FAILURE',
      endorsers: ['Org1MSP', 'Org3MSP'],
      endorsementFailure: { namespace: 'feature', policy: BOTH, endorsers: ['Org1MSP', 'Org3MSP'] },
    })
    const { entries } = await peer.api.readState({ channel: 'mychannel', namespace: 'feature', limit: 10 })
    expect(entries).toEqual([])
    expect(await submit('Put', ['k', 'v'], ['Org2MSP', 'Org1MSP'])).toMatchObject({ validationCode: 'VALID' })
  })

  test('but not of nobody, nor of strangers', async () => {
    const { submit } = await start('name: feature\n')
    expect(await codeOf(submit('Put', ['k', 'v'], []))).toBe('ARGUMENT_INVALID')
    expect(await codeOf(submit('Put', ['k', 'v'], ['Org9MSP']))).toBe('ORGANISATION_UNKNOWN')
  })
})

test('a policy that cannot be read is told with its place, and the chaincode is not opened', async () => {
  const peer = await testPeer()
  const folder = await fixture('feature-node', 'installed')
  await writeFile(join(folder, 'slipway.yaml'), `endorsementPolicy: "AND('Org1MSP.peer'"\n`)
  expect(await codeOf(peer.api.openChaincode({ folder }))).toBe('CONFIG_INVALID')
})

describe('one chaincode on several channels', () => {
  test('has a ledger on each, and one process for all', async () => {
    const { peer, chaincode, submit } = await start('name: feature\nchannels: [other]\n')
    expect(chaincode.state().channels).toEqual(['mychannel', 'other'])
    const call = (channel: string | undefined, kind: 'submit' | 'evaluate', fn: string, ...args: string[]) =>
      peer.api[kind]({ chaincode: 'feature', function: fn, args, ...(channel === undefined ? {} : { channel }) })
    await submit('Put', ['k', 'mine'])
    expect(await call('other', 'submit', 'Put', 'k', 'theirs')).toMatchObject({ validationCode: 'VALID' })
    expect((await call(undefined, 'evaluate', 'Get', 'k')).payload).toBe('mine')
    expect((await call('mychannel', 'evaluate', 'Get', 'k')).payload).toBe('mine')
    expect((await call('other', 'evaluate', 'Get', 'k')).payload).toBe('theirs')
    expect(Object.keys(peer.state().channels).sort()).toEqual(['mychannel', 'other'])
    expect(chaincode.state().builds).toHaveLength(1)
  })

  test('calls itself on another one, and reads there', async () => {
    const { peer, submit } = await start('name: feature\nchannels: [other]\n')
    await peer.api.submit({ chaincode: 'feature', channel: 'other', function: 'Put', args: ['k', 'theirs'] })
    const { payload, readWriteSet } = await submit('Call', ['feature', 'other', 'Get', 'k', ''])
    expect(payload).toContain('theirs')
    const own = readWriteSet.namespaces.filter(({ namespace }) => namespace === 'feature')
    expect(own.flatMap(({ reads }) => reads)).toEqual([])
  })

  test('and is not called where it is not defined', async () => {
    const { peer } = await start('name: feature\n')
    await peer.api.openChaincode({ folder: await fixture('javascript-shim', 'installed'), channel: 'elsewhere' })
    const call = peer.api.evaluate({ chaincode: 'feature', channel: 'elsewhere', function: 'Get', args: ['k'] })
    expect(await codeOf(call)).toBe('CHAINCODE_NOT_ON_CHANNEL')
  })
})
