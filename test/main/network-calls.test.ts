// @module-tag slow
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { existsSync } from 'node:fs'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { buildDoors, slipway, startSlipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { freeAddress } from '../support/free-port.ts'
import { CHANNEL, memberOf, nameNetworks, playNetwork, profileOf } from '../support/network.ts'

beforeAll(buildDoors)

const json = (stdout: string): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>

function errorOf(stdout: string): { code: string; details?: Record<string, unknown> } {
  return (JSON.parse(stdout) as { error: { code: string; details?: Record<string, unknown> } }).error
}

test('the folder’s chaincode is called on a network: evaluated always, submitted where that is allowed', async () => {
  const [network, folder] = await Promise.all([playNetwork(), fixture('javascript-contract', 'bare')])
  const profile = await profileOf(network, folder)
  const identity = memberOf(network)
  await nameNetworks(folder, {
    test: { profile, identity, allowSubmit: true },
    shared: { profile, identity: { cert: join(identity, 'cert.pem'), key: join(identity, 'key.pem') } },
  })
  const call = (kind: string, name: string, ...args: string[]) =>
    slipway(kind, folder, ...args, '--network', name, '--trust')

  const submitted = await call('submit', 'test', 'Put', 'k', 'v')
  expect(submitted.code).toBe(0)
  const document = json(submitted.stdout)
  expect(document).toMatchObject({
    network: 'test',
    txId: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    identity: 'User1@Org1MSP',
    status: 200,
    payload: 'ok',
    payloadEncoding: 'utf8',
    validationCode: 'VALID',
    blockNumber: expect.any(Number) as number,
    events: [],
    durationMs: expect.any(Number) as number,
  })
  const { readWriteSet, endorsers } = document as unknown as {
    readWriteSet: { namespaces: { namespace: string; writes: object[] }[] }
    endorsers: string[]
  }
  expect(endorsers).toContain('Org1MSP')
  expect(readWriteSet.namespaces[0]).toMatchObject({ namespace: network.chaincode, writes: [{ key: 'k', value: 'v' }] })
  // What that network's peer can't tell its clients isn't told.
  for (const absent of ['logs', 'hints', 'callId']) expect(document).not.toHaveProperty(absent)

  const evaluated = await call('evaluate', 'shared', 'Get', 'k')
  expect(evaluated.code).toBe(0)
  expect(json(evaluated.stdout)).toMatchObject({ network: 'shared', status: 200, payload: 'v' })
  for (const absent of ['validationCode', 'readWriteSet', 'events']) {
    expect(json(evaluated.stdout)).not.toHaveProperty(absent)
  }

  const refused = await call('submit', 'shared', 'Put', 'k', 'w')
  expect(refused.code).toBe(2)
  expect(errorOf(refused.stdout).code).toBe('NETWORK_READ_ONLY')
  expect(refused.stderr).toContain('networks.shared.allowSubmit: true')

  for (const kind of ['evaluate', 'submit']) {
    const failed = await call(kind, 'test', 'Get', 'nothing')
    expect(failed.code).toBe(1)
    expect(json(failed.stdout)).toMatchObject({ status: 500, message: 'The asset nothing does not exist' })
  }

  const block = await call('evaluate', 'test', 'GetChainInfo', CHANNEL, '--chaincode', 'qscc')
  expect(json(block.stdout)).toMatchObject({ decoded: { height: (document['blockNumber'] as number) + 1 } })
  // Nothing was started, and nothing kept here.
  expect(existsSync(join(folder, '.slipway'))).toBe(false)
})

test('what a peer refuses is told in its own words', async () => {
  const [network, folder] = await Promise.all([playNetwork(), fixture('javascript-contract', 'bare')])
  const profile = await profileOf(network, folder)
  // An MSP folder as the test network has it, and a wallet's file.
  const [cert, key] = await Promise.all(
    ['cert.pem', 'key.pem'].map((name) => readFile(join(memberOf(network), name), 'utf8')),
  )
  const msp = join(folder, 'users', 'msp')
  await mkdir(join(msp, 'signcerts'), { recursive: true })
  await mkdir(join(msp, 'keystore'))
  await writeFile(join(msp, 'signcerts', 'User1@org1.example.com-cert.pem'), cert ?? '')
  await writeFile(join(msp, 'keystore', 'priv_sk'), key ?? '')
  await cp(memberOf(network), join(folder, 'user'), { recursive: true })
  const wallet = (mspId: string) =>
    JSON.stringify({ credentials: { certificate: cert, privateKey: key }, mspId, type: 'X.509', version: 1 })
  await writeFile(join(folder, 'appUser.id'), wallet('Org1MSP'))
  await writeFile(join(folder, 'stranger.id'), wallet('Org9MSP'))
  const peer = network.peers['Org1MSP'] ?? ''
  await nameNetworks(folder, {
    test: { profile, identity: 'users/msp', channel: CHANNEL },
    wallet: { peer, identity: 'appUser.id' },
    stranger: { peer, identity: 'stranger.id' },
    nameless: { peer, identity: 'user' },
  })
  const evaluate = (name: string, ...args: string[]) => slipway('evaluate', folder, ...args, '--network', name)

  for (const name of ['test', 'wallet']) expect((await evaluate(name, 'Version')).code).toBe(0)

  const denied = await evaluate('stranger', 'Version')
  expect(denied.code).toBe(2)
  expect(errorOf(denied.stdout)).toMatchObject({
    code: 'NETWORK_REFUSED',
    details: { network: 'stranger', address: peer },
  })
  expect(errorOf(denied.stdout).details?.['message']).toContain('access denied: channel [mychannel]')

  const missing = await slipway('evaluate', folder, 'Get', 'k', '--network', 'test', '--chaincode', 'nosuch')
  expect(errorOf(missing.stdout).details).toMatchObject({
    status: 'FAILED_PRECONDITION',
    message: 'no peers available to evaluate chaincode nosuch in channel mychannel.',
  })
  const nameless = await evaluate('nameless', 'Version')
  expect(errorOf(nameless.stdout).code).toBe('NETWORK_INVALID')
  expect(nameless.stdout + nameless.stderr).not.toContain('PRIVATE KEY')

  network.run.child.kill('SIGTERM')
  await network.run.ended
  const gone = await evaluate('test', 'Version')
  expect(gone.code).toBe(3)
  expect(errorOf(gone.stdout).code).toBe('NETWORK_UNREACHABLE')
})

test('a network that slipway.yaml describes wrongly, or not at all, is an error before anything is sent', async () => {
  const folder = await fixture('javascript-contract', 'bare')
  await writeFile(join(folder, 'user.id'), 'not JSON, but -----BEGIN PRIVATE KEY-----')
  await writeFile(join(folder, 'profile.json'), '{"organizations": {"Org1": {"mspid": "Org1MSP", "peers": []}}}')
  const peer = await freeAddress()
  await nameNetworks(folder, {
    test: { peer, mspId: 'Org1MSP', identity: 'user.id' },
    empty: { profile: 'profile.json', identity: 'user.id' },
  })
  const evaluate = (name: string, ...more: string[]) =>
    slipway('evaluate', folder, 'Version', '--network', name, ...more)

  const unknown = await evaluate('tests')
  expect(unknown.code).toBe(2)
  expect(errorOf(unknown.stdout).code).toBe('NETWORK_UNKNOWN')
  expect(unknown.stderr).toContain('--network test')
  for (const name of ['test', 'empty']) {
    const invalid = await evaluate(name)
    expect(invalid.code).toBe(2)
    expect(errorOf(invalid.stdout).code).toBe('NETWORK_INVALID')
    expect(invalid.stdout + invalid.stderr).not.toContain('PRIVATE KEY')
  }
  expect(errorOf((await evaluate('test', '--as', 'User1')).stdout).code).toBe('USAGE')

  await nameNetworks(folder, { test: { identity: '../../elsewhere.id', peer: 'peer0.example.com:7051' } })
  const untrusted = await evaluate('test')
  expect(errorOf(untrusted.stdout).code).toBe('NOT_TRUSTED')
})

test('a peer that never answers is given up, at the deadline or when the author says so', async () => {
  const folder = await fixture('javascript-contract', 'bare')
  // Made with the first command about identities.
  await slipway('identity', 'list', folder)
  const identity = join('.slipway', 'msp', 'User1')
  const sockets = new Set<Socket>()
  const silent = createServer((socket) => sockets.add(socket.on('error', () => undefined)))
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    silent.close()
  })
  const { port } = silent.address() as AddressInfo
  const peer = `127.0.0.1:${port}`
  await nameNetworks(folder, {
    silent: { peer, mspId: 'Org1MSP', identity, timeout: '300ms' },
    patient: { peer, mspId: 'Org1MSP', identity },
  })
  const late = await slipway('evaluate', folder, 'Version', '--network', 'silent')
  expect(errorOf(late.stdout).code).toBe('NETWORK_TIMEOUT')
  expect(late.code).toBe(5)

  const before = sockets.size
  const patient = startSlipway(['evaluate', folder, 'Version', '--network', 'patient'])
  if (sockets.size === before) await once(silent, 'connection')
  patient.child.kill('SIGINT')
  expect((await patient.ended).code).toBe(130)
})
