// @module-tag slow
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { DeployResult } from '../../core/contract/network.ts'
import { buildDoors, slipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { adminOf, CHANNEL, memberOf, nameNetworks, playNetwork, profileOf } from '../support/network.ts'

beforeAll(buildDoors)

const result = (stdout: string) => JSON.parse(stdout) as DeployResult
const states = ({ steps }: DeployResult) => steps.map(({ step, state }) => `${step} ${state}`)

async function twoOrganisations() {
  const [network, folder] = await Promise.all([playNetwork(), fixture('javascript-contract', 'bare')])
  const admins = { Org1MSP: await adminOf(network, 'Org1MSP'), Org2MSP: await adminOf(network, 'Org2MSP') }
  const networks = {
    org1: {
      profile: await profileOf(network, folder),
      identity: memberOf(network),
      admin: admins.Org1MSP,
      allowSubmit: true,
    },
    org2: {
      peer: network.peers['Org2MSP'] ?? '',
      mspId: 'Org2MSP',
      identity: admins.Org2MSP,
      allowSubmit: true,
    },
    user: { profile: await profileOf(network, folder), identity: memberOf(network), allowSubmit: true },
    shared: { profile: await profileOf(network, folder), identity: memberOf(network) },
  }
  const settings = { name: 'fresh', version: '1.0', endorsementPolicy: "OR('Org1MSP.peer', 'Org2MSP.peer')" }
  await nameNetworks(folder, networks, settings)
  const deploy = (name: string, ...more: string[]) => slipway('deploy', folder, '--network', name, '--trust', ...more)
  return { network, networks, settings, folder, deploy }
}

test('a chaincode is deployed as far as each organisation’s identity may, and again without doing it twice', async () => {
  const { network, networks, settings, folder, deploy } = await twoOrganisations()
  const first = await deploy('org1')
  expect(first.code).toBe(0)
  const one = result(first.stdout)
  expect(one).toMatchObject({
    network: 'org1',
    mspId: 'Org1MSP',
    identity: 'admin@Org1MSP',
    channel: CHANNEL,
    chaincode: 'fresh',
    version: '1.0',
    sequence: 1,
    file: join(folder, 'fresh_1.0.tar.gz'),
    committed: false,
    approvals: { Org1MSP: true, Org2MSP: false },
  })
  expect(states(one)).toEqual(['package done', 'install done', 'approve done', 'commit waiting'])
  const approval = expect.stringContaining(
    `--channelID ${CHANNEL} --name fresh --version 1.0 --sequence 1 --signature-policy "OR('Org1MSP.peer', 'Org2MSP.peer')" --package-id ${one.packageId}`,
  ) as string
  expect(one.remaining).toEqual([
    { mspId: 'Org2MSP', commands: ['peer lifecycle chaincode install fresh_1.0.tar.gz', approval] },
  ])
  for (const command of one.remaining[0]?.commands ?? []) expect(first.stderr).toContain(command)

  const again = result((await deploy('org1')).stdout)
  expect(again.packageId).toBe(one.packageId)
  expect(states(again)).toEqual(['package done', 'install already', 'approve already', 'commit waiting'])

  const second = await deploy('org2')
  // Slipway's organisations share what is installed.
  expect(states(result(second.stdout)).slice(2)).toEqual(['approve done', 'commit done'])
  expect(result(second.stdout)).toMatchObject({ packageId: one.packageId, committed: true, sequence: 1, remaining: [] })

  const third = result((await deploy('org1')).stdout)
  expect(states(third)).toEqual(['package done', 'install already', 'approve already', 'commit already'])
  expect(third).toMatchObject({ committed: true, approvals: { Org1MSP: true, Org2MSP: true } })

  // Read as the network has it, through its own command line.
  const queried = await slipway(
    'evaluate',
    network.folder,
    'QueryChaincodeDefinition',
    '{"name":"fresh"}',
    '--chaincode',
    '_lifecycle',
  )
  expect(JSON.parse(queried.stdout)).toMatchObject({
    decoded: { sequence: 1, version: '1.0', endorsementPolicy: settings.endorsementPolicy },
  })

  // A changed definition is the next sequence.
  await nameNetworks(folder, networks, { ...settings, version: '1.1' })
  const upgraded = result((await deploy('org2')).stdout)
  expect(upgraded).toMatchObject({ version: '1.1', sequence: 2, committed: false })
  expect(upgraded.remaining.map(({ mspId }) => mspId)).toEqual(['Org1MSP'])
})

test('over TLS, with the profile and the MSP folders of an exported test network', async () => {
  const [network, folder] = await Promise.all([
    playNetwork('javascript-contract', { organisations: ['Org1MSP'], tls: true }),
    fixture('javascript-contract', 'bare'),
  ])
  const exported = join(folder, 'test-network')
  expect((await slipway('export', network.folder, '--test-network', exported)).code).toBe(0)
  const org1 = join('test-network', 'organizations', 'peerOrganizations', 'org1.example.com')
  const common = {
    profile: join(org1, 'connection-org1.json'),
    identity: join(org1, 'users', 'User1@org1.example.com', 'msp'),
  }
  const settings = { name: 'fresh', version: '1.0', ignore: ['test-network/**'] }
  const admin = join(org1, 'users', 'Admin@org1.example.com', 'msp')
  await nameNetworks(folder, { test: { ...common, admin, allowSubmit: true } }, settings)
  const deployed = await slipway('deploy', folder, '--network', 'test')
  expect(deployed.stderr).toContain('fresh is defined on mychannel with sequence 1.')
  expect(result(deployed.stdout)).toMatchObject({ committed: true, approvals: { Org1MSP: true }, remaining: [] })
  expect(deployed.code).toBe(0)

  const called = ['Version', '--network', 'test', '--chaincode', network.chaincode]
  expect((await slipway('evaluate', folder, ...called)).code).toBe(0)
  // An address without its root certificate.
  const peer = network.peers['Org1MSP'] ?? ''
  await nameNetworks(folder, { test: { peer, mspId: 'Org1MSP', identity: common.identity } }, settings)
  const plain = await slipway('evaluate', folder, ...called)
  expect(JSON.parse(plain.stdout)).toMatchObject({ error: { code: 'NETWORK_UNREACHABLE' } })
  expect(plain.stderr).toContain('It speaks TLS')
})

test('without the right to, or where it is not allowed, nothing is written', async () => {
  const { folder, deploy } = await twoOrganisations()
  const readOnly = await deploy('shared')
  expect(readOnly.code).toBe(2)
  expect(JSON.parse(readOnly.stdout)).toMatchObject({ error: { code: 'NETWORK_READ_ONLY' } })
  await expect(readFile(join(folder, 'fresh_1.0.tar.gz'))).rejects.toMatchObject({ code: 'ENOENT' })

  const asUser = await deploy('user')
  expect(asUser.code).toBe(2)
  const { steps, committed } = result(asUser.stdout)
  expect(committed).toBe(false)
  expect(steps.slice(1).map(({ step, state }) => `${step} ${state}`)).toEqual([
    'install refused',
    'approve refused',
    'commit waiting',
  ])
  expect(steps[1]?.reason).toContain('The identity is not an admin under this MSP [Org1MSP]')

  const nowhere = await slipway('deploy', folder, '--trust')
  expect(nowhere.code).toBe(2)
  expect(JSON.parse(nowhere.stdout)).toMatchObject({ error: { code: 'USAGE' } })
})
