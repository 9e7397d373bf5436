// @module-tag slow
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { ExportResult } from '../../core/contract/export.ts'
import { writeFiles } from '../../core/export/write-files.ts'
import type { ReadyReport } from '../../main/cli/commands/ready-file.ts'
import { buildDoors, slipway, startSlipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { tempFolder } from '../support/temp.ts'

beforeAll(buildDoors)

const read = (...path: string[]) => readFile(join(...path), 'utf8')
const code = (stdout: string) => (JSON.parse(stdout) as { error: { code: string } }).error.code

interface Profile {
  client: { organization: string }
  channels: Record<string, { orderers: string[]; peers: object }>
  organizations: Record<string, { mspid: string; peers: string[] }>
  peers: Record<string, { url: string }>
  orderers: Record<string, { url: string }>
  certificateAuthorities?: Record<string, { url: string; caName: string }>
}

/** What the modes of everything below a folder are, by kind; none on a system without modes. */
async function modes(folder: string): Promise<{ folders: Set<string>; secrets: Set<string> }> {
  const found = { folders: new Set<string>(), secrets: new Set<string>() }
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    const mode = ((await stat(path)).mode & 0o777).toString(8)
    if (entry.isDirectory()) found.folders.add(mode)
    else if ((await readFile(path, 'utf8')).includes('PRIVATE KEY')) found.secrets.add(mode)
  }
  return found
}

test('what an application needs is written while no peer runs, and again over itself', async () => {
  const folder = await fixture('javascript-contract', 'bare')
  expect((await slipway('identity', 'add-org', folder, 'Org2MSP')).code).toBe(0)
  const out = join(await tempFolder('export'), 'net work')
  const { code: exit, stdout } = await slipway('export', folder, '--out', out)
  expect(exit).toBe(0)
  const { files, folder: written } = JSON.parse(stdout) as ExportResult
  expect(written).toBe(out)
  for (const file of files) expect(existsSync(join(out, file)), file).toBe(true)

  const profile = JSON.parse(await read(out, 'connection-profile.json')) as Profile
  expect(parse(await read(out, 'connection-profile.yaml'))).toEqual(profile)
  expect(profile.client.organization).toBe('Org1')
  expect(profile.organizations.Org2).toMatchObject({ mspid: 'Org2MSP', peers: ['peer0.org2.example.com'] })
  expect(profile.peers['peer0.org1.example.com']?.url).toBe('grpc://127.0.0.1:7051')
  expect(profile.peers['peer0.org2.example.com']?.url).toBe('grpc://127.0.0.1:9051')
  expect(profile.orderers['orderer.example.com']?.url).toBe('grpc://127.0.0.1:7050')
  expect(Object.keys(profile.channels)).toEqual(['mychannel'])

  const user = JSON.parse(await read(out, 'wallet', 'User1.id')) as {
    credentials: { certificate: string; privateKey: string }
  }
  const certificate = new X509Certificate(user.credentials.certificate)
  expect(certificate.checkPrivateKey(createPrivateKey(user.credentials.privateKey))).toBe(true)
  const all = JSON.parse(await read(out, 'wallet.json')) as Record<string, object>
  expect(all.User1).toEqual(user)
  expect(all['Admin@Org2MSP']).toMatchObject({ mspId: 'Org2MSP', type: 'X.509', version: 1 })
  expect(await read(out, 'msp/Org1MSP/users/Admin/msp/signcerts/cert.pem')).toContain('BEGIN CERTIFICATE')
  const place = out.replaceAll('\\', '/')
  expect(await read(out, 'peer.env')).toContain(
    `export CORE_PEER_MSPCONFIGPATH='${place}/msp/Org1MSP/users/Admin/msp'\n`,
  )
  expect(await read(out, '.gitignore')).toBe('*\n')
  if (process.platform !== 'win32') {
    expect(await modes(out)).toEqual({ folders: new Set(['700']), secrets: new Set(['600']) })
  }

  // What an earlier export wrote goes with its identity.
  expect((await slipway('identity', 'remove', folder, 'Admin@Org2MSP')).code).toBe(0)
  expect((await slipway('identity', 'issue', folder, 'admin', '--org', 'Org2MSP')).code).toBe(0)
  expect((await slipway('export', folder, '--out', out)).code).toBe(0)
  expect(existsSync(join(out, 'wallet', 'Admin@Org2MSP.id'))).toBe(false)
  expect(existsSync(join(out, 'wallet', 'admin@Org2MSP.id'))).toBe(true)
})

test('the test network’s folder is written with its paths and names, beside what is there', async () => {
  const folder = await fixture('javascript-contract', 'bare')
  const network = await tempFolder('test-network')
  await mkdir(join(network, 'organizations'))
  await writeFile(join(network, 'organizations', 'ccp-template.json'), '{}')
  expect((await slipway('export', folder, '--test-network', network)).code).toBe(0)
  const org1 = join(network, 'organizations/peerOrganizations/org1.example.com')
  expect((await readdir(org1)).sort()).toEqual(
    expect.arrayContaining(['ca', 'connection-org1.json', 'connection-org1.yaml', 'msp', 'peers', 'users']),
  )
  const user = join(org1, 'users/User1@org1.example.com/msp')
  expect((await readdir(user)).sort()).toEqual(
    expect.arrayContaining(['cacerts', 'config.yaml', 'keystore', 'signcerts']),
  )
  const [certificate, key, ca] = await Promise.all([
    read(user, 'signcerts/User1@org1.example.com-cert.pem'),
    read(user, 'keystore/priv_sk'),
    read(org1, 'ca/ca.org1.example.com-cert.pem'),
  ])
  const x509 = new X509Certificate(certificate)
  expect(x509.checkPrivateKey(createPrivateKey(key))).toBe(true)
  expect(x509.verify(new X509Certificate(ca).publicKey)).toBe(true)
  expect(await read(user, 'config.yaml')).toContain('NodeOUs:')
  const admin = new X509Certificate(
    await read(org1, 'users/Admin@org1.example.com/msp/signcerts/Admin@org1.example.com-cert.pem'),
  )
  expect(admin.subject).toContain('OU=admin')
  for (const node of [
    join(org1, 'peers/peer0.org1.example.com'),
    join(network, 'organizations/ordererOrganizations/example.com/orderers/orderer.example.com'),
  ]) {
    expect(await readdir(join(node, 'msp/keystore'))).toHaveLength(1)
  }
  expect(JSON.parse(await read(org1, 'connection-org1.json'))).toMatchObject({
    name: 'test-network-org1',
    organizations: { Org1: { mspid: 'Org1MSP', peers: ['peer0.org1.example.com'] } },
  })
  expect(await read(network, 'organizations/ccp-template.json')).toBe('{}')
})

test('files of another origin stay unless --force says otherwise, and an export needs one place', async () => {
  const folder = await fixture('javascript-contract', 'bare')
  const out = await tempFolder('export')
  await writeFile(join(out, 'peer.env'), 'mine\n')
  const refused = await slipway('export', folder, '--out', out)
  expect([refused.code, code(refused.stdout)]).toEqual([2, 'EXPORT_EXISTS'])
  expect(await readdir(out)).toEqual(['peer.env'])
  expect((await slipway('export', folder, '--out', out, '--force')).code).toBe(0)
  expect(await read(out, 'peer.env')).toContain('CORE_PEER_ADDRESS')

  expect(code((await slipway('export', folder)).stdout)).toBe('USAGE')
  expect(code((await slipway('export', folder, '--out', out, '--test-network', out)).stdout)).toBe('USAGE')
  const unwritable = await slipway('export', folder, '--out', join(out, 'peer.env', 'below'))
  expect(code(unwritable.stdout)).toBe('EXPORT_WRITE')
})

test('a running Slipway writes its own addresses, and a suite is told where', async () => {
  const folder = await fixture('javascript-contract')
  await writeFile(
    join(folder, 'slipway.yaml'),
    'peer: { listenAddress: "127.0.0.1:0", fabricCA: { listenAddress: "127.0.0.1:0" } }\n',
  )
  const file = join(await tempFolder('ready'), 'ready.json')
  const run = startSlipway(['run', folder, '--ready-file', file])
  await run.says('Ready: javascript-contract')
  const ready = JSON.parse(await read(file)) as ReadyReport
  expect(ready.exported).toBe(join(folder, '.slipway', 'export'))
  expect(ready.peer).toBe(ready.peers.Org1MSP)
  const profile = async (out: string) => JSON.parse(await read(out, 'connection-profile.json')) as Profile
  const { peers, orderers, certificateAuthorities = {} } = await profile(ready.exported ?? '')
  expect(peers['peer0.org1.example.com']?.url).toBe(`grpc://${ready.peer ?? ''}`)
  expect(ready.ca).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(ready.authorities).toEqual({ Org1MSP: ready.ca })
  expect(certificateAuthorities['ca.org1.example.com']).toMatchObject({ url: ready.ca, caName: 'ca-org1' })
  expect(orderers['orderer.example.com']?.url).toBe(`grpc://${ready.orderer ?? ''}`)

  const out = join(await tempFolder('export'), 'app')
  expect((await slipway('export', folder, '--out', out)).code).toBe(0)
  expect((await profile(out)).peers).toEqual(peers)
})

describe('writing an export', () => {
  const file = (path: string, text = path) => ({ path, text })

  test('leaves nothing behind where it fails, and can be repeated', async () => {
    const folder = await tempFolder('export')
    await writeFile(join(folder, 'a'), '')
    await expect(writeFiles(folder, [file('a/b')])).rejects.toMatchObject({ code: 'EXPORT_WRITE' })
    expect(existsSync(join(folder, 'a/b'))).toBe(false)
    await rm(join(folder, 'a'))
    await writeFiles(folder, [file('a/b'), file('c')])
    await writeFiles(folder, [file('a/b', 'new')])
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(
      ['.slipway-export.json', 'a', 'a/b'].map((path) => join(path)),
    )
    expect(await read(folder, 'a/b')).toBe('new')
  })

  test('never removes what lies outside, whatever the list of the last one says', async () => {
    const root = await tempFolder('export')
    const folder = join(root, 'out')
    await mkdir(folder)
    await writeFile(join(root, 'mine'), 'mine')
    const files = ['../mine', 'x/../../mine', join(root, 'mine'), 7, '']
    await writeFile(join(folder, '.slipway-export.json'), JSON.stringify({ files }))
    await writeFiles(folder, [file('a')])
    expect(await read(root, 'mine')).toBe('mine')
  })
})
