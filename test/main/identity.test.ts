// @module-tag slow
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { IdentityDescription, OrganisationDescription } from '../../core/contract/identity.ts'
import { buildDoors, slipway, startSlipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { tempFolder } from '../support/temp.ts'

beforeAll(buildDoors)

const json = (stdout: string): unknown => JSON.parse(stdout)

test('identities are made, told, exported, imported and removed while no peer runs', async () => {
  const folder = await fixture('javascript-contract')
  const flags = ['--role', 'admin', '--attr', 'color=blue:ecert', '--attr', 'n=1=2', '--affiliation', 'org1.sales']
  const issued = await slipway('identity', 'issue', folder, 'alice', ...flags)
  expect([issued.code, issued.stderr]).toEqual([0, ''])
  expect(json(issued.stdout)).toMatchObject({
    id: 'alice@Org1MSP',
    role: 'admin',
    attributes: { color: 'blue', n: '1=2' },
  })
  expect((await slipway('identity', 'issue', folder, 'alice')).code).toBe(2)
  // What was made is nobody's to commit.
  expect(await readFile(join(folder, '.slipway/.gitignore'), 'utf8')).toBe('*\n')

  expect((await slipway('identity', 'add-org', folder, 'Org2MSP')).code).toBe(0)
  const listed = json((await slipway('identity', 'list', folder)).stdout) as OrganisationDescription[]
  expect(listed.map(({ mspId, identities }) => [mspId, identities.map(({ name }) => name)])).toEqual([
    ['Org1MSP', ['peer', 'User1', 'alice']],
    ['Org2MSP', ['peer', 'User1']],
  ])

  const output = join(await tempFolder('export'), 'msp')
  expect((await slipway('identity', 'export', folder, 'alice', '--msp', '--output', output)).code).toBe(0)
  expect((await slipway('identity', 'export', folder, 'alice', '--msp', '--output', output)).code).toBe(2)
  const [certificate, key, ca, config] = await Promise.all(
    ['signcerts/cert.pem', 'keystore/priv_sk', 'cacerts/ca-cert.pem', 'config.yaml'].map((name) =>
      readFile(join(output, name), 'utf8'),
    ),
  )
  const x509 = new X509Certificate(certificate ?? '')
  expect(x509.checkPrivateKey(createPrivateKey(key ?? ''))).toBe(true)
  expect(x509.verify(new X509Certificate(ca ?? '').publicKey)).toBe(true)
  expect(config).toContain('Enable: true')

  // Org2MSP trusts that CA from then on.
  const imported = await slipway('identity', 'import', folder, 'alice', '--org', 'Org2MSP', '--msp', output)
  expect(imported.code).toBe(0)
  expect((json(imported.stdout) as IdentityDescription).problem).toBeUndefined()
  const shown = await slipway('identity', 'show', folder, 'alice@Org2MSP')
  expect(json(shown.stdout)).toMatchObject({
    id: 'alice@Org2MSP',
    clientIds: {
      node: 'x509::/C=US/ST=North Carolina/O=Hyperledger/OU=org1/OU=admin/OU=sales/CN=alice::/C=US/ST=North Carolina/O=Hyperledger/CN=ca.slipway',
    },
  })

  expect((await slipway('identity', 'remove', folder, 'alice@Org2MSP')).code).toBe(0)
  expect((await slipway('identity', 'show', folder, 'alice@Org2MSP')).code).toBe(2)
  expect((await slipway('identity', 'import', folder, 'bob', '--cert', 'nowhere', '--key', 'nowhere')).code).toBe(2)
  expect((await slipway('identity', 'import', folder, 'bob')).code).toBe(2)
  expect((await slipway('identity', 'issue', folder, 'bob', '--role', 'king')).code).toBe(2)
  expect((await slipway('identity', 'issue', folder, 'bob', '--attr', 'king')).code).toBe(2)
})

test('with a running Slipway the identities are its own, and a call is made as the one that is named', async () => {
  const folder = await fixture('javascript-contract')
  const run = startSlipway(['run', folder, '--json'])
  await run.says('"state":"ready"')
  expect((await slipway('identity', 'add-org', folder, 'Org2MSP')).code).toBe(0)
  expect((await slipway('identity', 'issue', folder, 'bob', '--org', 'Org2MSP')).code).toBe(0)
  expect(run.stdout()).toContain('"type":"identities"')
  const call = await slipway('submit', folder, 'Put', 'k', 'v', '--as', 'bob@Org2MSP')
  expect(json(call.stdout)).toMatchObject({ identity: 'bob@Org2MSP', validationCode: 'VALID' })
  expect((await slipway('identity', 'default', folder, 'bob@Org2MSP')).code).toBe(0)
  expect((await slipway('identity', 'remove', folder, 'bob@Org2MSP')).code).toBe(2)
  const next = await slipway('evaluate', folder, 'Get', 'k')
  expect(json(next.stdout)).toMatchObject({ identity: 'bob@Org2MSP', payload: 'v' })
  const unknown = await slipway('evaluate', folder, 'Get', 'k', '--identity', 'nobody')
  expect([unknown.code, json(unknown.stdout)]).toMatchObject([2, { error: { code: 'IDENTITY_UNKNOWN' } }])
})
