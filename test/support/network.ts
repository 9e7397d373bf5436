import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReadyReport } from '../../main/cli/commands/ready-file.ts'
import { slipway, startSlipway, type Started } from './command-line.ts'
import { fixture, type FixtureName } from './fixtures.ts'
import { tempFolder } from './temp.ts'

export const CHANNEL = 'mychannel'

/** A second Slipway, in a process of its own, that plays a network through the services that a peer has. */
export interface PlayedNetwork extends Pick<ReadyReport, 'peers' | 'dataDir'> {
  folder: string
  run: Started
  /** Its chaincode. */
  chaincode: string
}

/** Started, with its chaincode ready; ends with the test. */
export async function playNetwork(
  name: FixtureName = 'javascript-contract',
  { organisations = ['Org1MSP', 'Org2MSP'], tls = false } = {},
): Promise<PlayedNetwork> {
  const folder = await fixture(name)
  const peer = { listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0', organisations, tls }
  await writeFile(join(folder, 'slipway.yaml'), JSON.stringify({ peer }))
  const file = join(await tempFolder('network'), 'ready.json')
  const run = startSlipway(['run', folder, '--ready-file', file, '--no-watch', '--trust'])
  await run.says('Ready: ')
  const { peers, dataDir, chaincode } = JSON.parse(await readFile(file, 'utf8')) as ReadyReport
  return { folder, run, peers, dataDir, chaincode }
}

/** Where that network keeps the certificate and the key of a user. */
export function memberOf({ dataDir }: Pick<PlayedNetwork, 'dataDir'>, mspId = 'Org1MSP', user = 'User1'): string {
  const organisation = mspId === 'Org1MSP' ? [] : ['organisations', mspId]
  return join(dataDir, 'msp', ...organisation, user)
}

/** A new administrator of an organisation. */
export async function adminOf(network: PlayedNetwork, mspId: string): Promise<string> {
  const made = await slipway('identity', 'issue', network.folder, 'admin', '--role', 'admin', '--org', mspId)
  if (made.code !== 0) throw new Error(made.stderr)
  return memberOf(network, mspId, 'admin')
}

/** A connection profile as the test network writes it (fabric-samples, ccp-template.json). */
export async function profileOf({ peers }: PlayedNetwork, folder: string, mspId = 'Org1MSP'): Promise<string> {
  const [, number = '1'] = /(\d+)/.exec(mspId) ?? []
  const [organisation, peer] = [`Org${number}`, `peer0.org${number}.example.com`]
  const profile = {
    name: `test-network-org${number}`,
    version: '1.0.0',
    client: { organization: organisation, connection: { timeout: { peer: { endorser: '300' } } } },
    organizations: { [organisation]: { mspid: mspId, peers: [peer], certificateAuthorities: [] } },
    peers: { [peer]: { url: `grpc://${peers[mspId] ?? ''}`, grpcOptions: { hostnameOverride: peer } } },
  }
  const file = join(folder, `connection-org${number}.json`)
  await writeFile(file, JSON.stringify(profile))
  return file
}

/** The settings of networks, beside whatever a chaincode's folder has. */
export async function nameNetworks(folder: string, networks: Record<string, object>, more: object = {}): Promise<void> {
  await writeFile(join(folder, 'slipway.yaml'), JSON.stringify({ ...more, networks }, null, 2))
}
