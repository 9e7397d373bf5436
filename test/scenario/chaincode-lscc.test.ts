import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { devDeploymentSpec, fingerprint } from '../../core/ccprovider/deployment-spec.ts'
import type { CallResult } from '../../core/contract/call.ts'
import { openLedgers } from '../../core/ledger/ledgers.ts'
import { ChaincodeData, ChaincodeDeploymentSpec, ChaincodeQueryResponse } from '../../core/protos/index.ts'
import { CHANNEL, commit } from '../core/ledger/envelopes.ts'
import { openAttached, outcome } from '../support/attached.ts'
import { fixture } from '../support/fixtures.ts'
import { testPeer, type TestPeer } from '../support/peer.ts'
import { tempFolder } from '../support/temp.ts'

type Arg = string | Uint8Array

/** LSCC of one peer, called through its api as any chaincode is. */
function lsccOf({ api }: Pick<TestPeer, 'api'>) {
  const request = (fn: string, args: Arg[]) => ({
    chaincode: 'lscc',
    channel: 'ch1',
    function: fn,
    args: args.map((arg) => (typeof arg === 'string' ? arg : { base64: Buffer.from(arg).toString('base64') })),
  })
  return {
    evaluate: (fn: string, ...args: Arg[]) => api.evaluate(request(fn, args)),
    submit: (fn: string, ...args: Arg[]) => api.submit(request(fn, args)),
  }
}

function bytesOf({ payload, payloadEncoding }: CallResult): Uint8Array {
  return Buffer.from(payload, payloadEncoding)
}

function namesOf(result: CallResult): string[] {
  const { chaincodesList } = ChaincodeQueryResponse.deserializeBinary(bytesOf(result)).toObject()
  return chaincodesList.map(({ name, version }) => `${name}:${version}`).sort()
}

/** What is installed of a chaincode; `code` stands for its package. */
function specBytes(name: string, version: string, code?: string): Uint8Array {
  const spec = devDeploymentSpec({ name, version }, 'golang', `/src/${name}`)
  if (code !== undefined) spec.setCodePackage(Buffer.from(code))
  return spec.serializeBinary()
}

/** What LSCC wrote into the ledger for a deployed chaincode (core/common/ccprovider, ChaincodeData, v1.4). */
function deployed(name: string, version: string): Uint8Array {
  const data = new ChaincodeData()
  data.setName(name)
  data.setVersion(version)
  data.setEscc('escc')
  data.setVscc('vscc')
  data.setId(fingerprint(devDeploymentSpec({ name, version }, 'golang', `/src/${name}`)))
  return data.serializeBinary()
}

/**
 * A peer of 2.5 whose channel `ch1` is from before the capability V2_0: clients deployed `raw:1.0` there, and as many
 * others as asked for. An author has opened a chaincode on it since.
 */
async function scene({ others = 0 } = {}) {
  const dataDir = join(await tempFolder('data'), '.slipway')
  await mkdir(dataDir, { recursive: true })
  const ledgers = await openLedgers(dataDir)
  await commit(ledgers.ledger(CHANNEL), (simulator) => {
    simulator.setState('lscc', 'raw', deployed('raw', '1.0'))
    for (let i = 0; i < others; i++) simulator.setState('lscc', `many${i}`, deployed(`many${i}`, '1'))
  })
  await ledgers.close()
  const peer = await testPeer({ dataDir, version: '2.5' })
  await openAttached(peer, { name: 'opened', channel: CHANNEL })
  const lscc = lsccOf(peer)
  await lscc.evaluate('install', specBytes('raw', '1.0'))
  return { peer, lscc }
}

describe('what a client deployed', () => {
  test('is told by every function that asks for it, under each of its names', async () => {
    const { lscc } = await scene()
    for (const fn of ['getid', 'ChaincodeExists']) {
      expect(await lscc.evaluate(fn, 'ch1', 'raw')).toMatchObject({ status: 200, payload: 'raw' })
    }
    for (const fn of ['getccdata', 'GetChaincodeData']) {
      const data = ChaincodeData.deserializeBinary(bytesOf(await lscc.evaluate(fn, 'ch1', 'raw')))
      expect(data.toObject()).toMatchObject({ name: 'raw', version: '1.0', escc: 'escc', vscc: 'vscc' })
    }
    for (const fn of ['getdepspec', 'GetDeploymentSpec']) {
      const spec = ChaincodeDeploymentSpec.deserializeBinary(bytesOf(await lscc.evaluate(fn, 'ch1', 'raw')))
      const id = spec.getChaincodeSpec()?.getChaincodeId()?.toObject()
      expect(id).toMatchObject({ name: 'raw', version: '1.0', path: '/src/raw' })
    }
    for (const fn of ['getchaincodes', 'GetChaincodes', 'getinstalledchaincodes', 'GetInstalledChaincodes']) {
      expect(namesOf(await lscc.evaluate(fn))).toEqual(['raw:1.0'])
    }
  })

  test('is in the ledger: it survives the peer', async () => {
    const { peer } = await scene()
    await peer.peer.close()
    const second = await testPeer({ dataDir: peer.dataDir, version: '2.5' })
    expect(await lsccOf(second).evaluate('getid', 'ch1', 'raw')).toMatchObject({ payload: 'raw' })
  })

  test('is not what an author opened, which is _lifecycle’s', async () => {
    const { lscc } = await scene()
    // Recorded: cc2cc-lscc.
    expect(await lscc.evaluate('getid', 'ch1', 'opened')).toMatchObject({
      status: 500,
      message: "could not find chaincode with name 'opened'",
    })
  })
})

test('install stores a package without touching the ledger', async () => {
  const { peer, lscc } = await scene()
  const height = peer.state().channels.ch1?.height
  expect(await lscc.evaluate('install', specBytes('hand', '1'))).toMatchObject({ status: 200, payload: 'OK' })
  expect(namesOf(await lscc.evaluate('getinstalledchaincodes'))).toEqual(['hand:1', 'raw:1.0'])
  expect(namesOf(await lscc.evaluate('getchaincodes'))).toEqual(['raw:1.0'])
  expect(peer.state().channels.ch1?.height).toBe(height)
})

test('more than a hundred are listed', async () => {
  const { lscc } = await scene({ others: 101 })
  expect(namesOf(await lscc.evaluate('getchaincodes'))).toHaveLength(102)
})

const READ_ONLY = /^Channel 'ch1' has been migrated to the new lifecycle, LSCC is now read-only$/

describe('what LSCC refuses', () => {
  const refusals: [what: string, call: [fn: string, ...args: Arg[]], message: RegExp][] = [
    ['an unknown function', ['frobnicate'], /^invalid function to lscc: frobnicate$/],
    ['no function at all', [''], /^invalid function to lscc: $/],
    ['too few arguments', ['getid', 'ch1'], /^invalid number of arguments to lscc: 1$/],
    ['a package that is none', ['install', Buffer.from([0xff, 0xff])], /^invalid deployment spec : /],
    ['no package', ['install'], /^invalid chaincode name ''$/],
    [
      'a name that Fabric does not allow',
      ['install', specBytes('no/name', '1')],
      /^invalid chaincode name 'no\/name'$/,
    ],
    [
      'a version that Fabric does not allow',
      ['install', specBytes('hand', '../1')],
      /^invalid chaincode version '..\/1'$/,
    ],
    ['getid of an unknown one', ['getid', 'ch1', 'nosuch'], /^could not find chaincode with name 'nosuch'$/],
    ['getccdata of an unknown one', ['getccdata', 'ch1', 'nosuch'], /^could not find chaincode with name 'nosuch'$/],
    ['getdepspec of an unknown one', ['getdepspec', 'ch1', 'nosuch'], /^could not find chaincode with name 'nosuch'$/],
    // core/scc/lscc/lscc.go, v2.5: whatever is deployed or installed.
    ['deploy', ['deploy', 'ch1', specBytes('hand', '1')], READ_ONLY],
    ['upgrade', ['upgrade', 'ch1', specBytes('raw', '1.0')], READ_ONLY],
    ['deploy without a package', ['deploy', 'ch1'], /^invalid number of arguments to lscc: 1$/],
  ]
  test('is answered with status 500 and its reason, and changes nothing', async () => {
    const { peer, lscc } = await scene()
    const before = peer.state().channels
    for (const [what, call, message] of refusals) {
      const answer = await lscc.submit(...call)
      expect([what, answer.status, answer.message]).toEqual([what, 500, expect.stringMatching(message)])
    }
    expect(peer.state().channels).toEqual(before)
    expect(namesOf(await lscc.evaluate('getinstalledchaincodes'))).toEqual(['raw:1.0'])
  })

  test('a channel that is not there, and none at all', async () => {
    const { peer } = await scene()
    const call = peer.api.evaluate({ chaincode: 'lscc', channel: 'nosuch', function: 'getchaincodes', args: [] })
    expect(await outcome(call).code).toBe('CHANNEL_UNKNOWN')
    const none = { chaincode: 'lscc', function: 'getchaincodes', args: [] }
    const answer = await peer.api.evaluate(none)
    expect([answer.status, answer.message]).toEqual([500, expect.stringMatching(/no ledger context$/)])
    expect(await outcome(peer.api.submit({ ...none, function: 'getinstalledchaincodes' })).code).toBe('CHANNEL_UNKNOWN')
    expect(Object.keys(peer.state().channels)).toEqual(['ch1'])
  })

  test.each(['lscc', 'qscc', 'cscc', 'escc', 'vscc'])('a chaincode of an author that calls itself %s', async (name) => {
    const { peer, lscc } = await scene()
    const folder = await fixture('javascript-shim', 'bare')
    await expect(peer.api.openChaincode({ folder, name, watch: false })).rejects.toMatchObject({ code: 'NAME_INVALID' })
    expect(await lscc.evaluate('getid', 'ch1', 'raw')).toMatchObject({ status: 200 })
  })
})

describe('a package in the store that', () => {
  const damages: [what: string, damage: (file: string) => Promise<void>, message: RegExp][] = [
    ['is gone', (file) => rm(file), /The package of raw:1.0 is missing/],
    ['is cut short', (file) => truncate(file, 10), /Slipway can't read the package of raw:1.0/],
    ['is empty', (file) => truncate(file, 0), /Slipway can't read the package of raw:1.0/],
    [
      'is another chaincode’s',
      (file) => writeFile(file, specBytes('other', '1.0')),
      /Slipway can't read the package of raw:1.0/,
    ],
    [
      'holds other code',
      (file) => writeFile(file, specBytes('raw', '1.0', 'other')),
      /^chaincode fingerprint mismatch raw:1.0$/,
    ],
  ]
  test.each(damages)('%s is refused; installing it again repairs it', async (_what, damage, message) => {
    const { peer, lscc } = await scene()
    const file = join(peer.dataDir, 'chaincodes', 'raw.1.0')
    await readFile(file)
    await damage(file)
    const answer = await lscc.evaluate('getdepspec', 'ch1', 'raw')
    expect([answer.status, answer.message]).toEqual([500, expect.stringMatching(message)])
    await lscc.evaluate('install', specBytes('raw', '1.0'))
    expect(await lscc.evaluate('getdepspec', 'ch1', 'raw')).toMatchObject({ status: 200 })
  })
})

test('a peer of Fabric 3 has none, and says what to call instead', async () => {
  const peer = await testPeer()
  await openAttached(peer, { name: 'opened' })
  const call = peer.api.evaluate({ chaincode: 'lscc', function: 'getchaincodes', args: [] })
  expect(await outcome(call).code).toBe('LSCC_GONE')
})
