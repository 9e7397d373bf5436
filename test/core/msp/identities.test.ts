import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openIdentities } from '../../../core/msp/dev-ca.ts'
import { identityCommands } from '../../../core/msp/identity-commands.ts'
import { makeCertificate } from '../../support/certificates.ts'
import { tempFolder } from '../../support/temp.ts'

async function open(dataDir: string, organisations = ['Org1MSP']) {
  const identities = await openIdentities(dataDir, 'Org1MSP', organisations)
  return { identities, commands: identityCommands(identities) }
}

const code = (expected: string) => ({ code: expected })

describe('organisations', () => {
  test('each has a CA, a peer and User1 of its own; the peer’s own lies where it always did', async () => {
    const dataDir = await tempFolder('msp')
    const { identities } = await open(dataDir, ['Org1MSP', 'Org2MSP'])
    expect(identities.organisations()).toEqual(['Org1MSP', 'Org2MSP'])
    expect((await readdir(join(dataDir, 'msp'))).sort()).toEqual(['User1', 'ca', 'organisations', 'peer', 'tlsca'])
    const [own, other] = ['Org1MSP', 'Org2MSP'].map((mspId) => identities.organisation(mspId))
    const [ca1 = '', ca2 = ''] = [own?.caCertificates[0], other?.caCertificates[0]]
    expect(ca1).not.toBe(ca2)
    const { certificate, mspId } = await identities.find('User1@Org2MSP')
    expect(mspId).toBe('Org2MSP')
    expect(new X509Certificate(certificate).verify(new X509Certificate(ca2).publicKey)).toBe(true)
    expect(new X509Certificate(certificate).verify(new X509Certificate(ca1).publicKey)).toBe(false)
    expect(identities.peerOf('Org2MSP').mspId).toBe('Org2MSP')
    expect(() => identities.peerOf('Org3MSP')).toThrow(expect.objectContaining(code('ORGANISATION_UNKNOWN')))
  })

  test('one that was added is there at the next start, and what a folder of today has is kept', async () => {
    const dataDir = await tempFolder('msp')
    const before = await open(dataDir)
    const certificate = before.identities.client.certificate
    await before.commands.addOrganisation({ mspId: 'Org2MSP' })
    await expect(before.commands.addOrganisation({ mspId: 'Org2MSP' })).rejects.toMatchObject(
      code('ORGANISATION_EXISTS'),
    )
    for (const mspId of ['', '..', 'a/b', 'Org 1', 'x'.repeat(65)]) {
      await expect(before.commands.addOrganisation({ mspId })).rejects.toMatchObject(code('ORGANISATION_INVALID'))
    }
    const after = await open(dataDir)
    expect(after.identities.organisations()).toEqual(['Org1MSP', 'Org2MSP'])
    expect(after.identities.client.certificate).toBe(certificate)
  })

  test('two who make one at once get the same', async () => {
    const dataDir = await tempFolder('msp')
    const both = await Promise.all([1, 2].map(() => open(dataDir, ['Org1MSP', 'Org2MSP'])))
    const [one, two] = both.map(({ identities }) => identities.organisation('Org2MSP').caCertificates[0])
    expect(one).toBe(two)
  })

  test('a damaged file of another organisation is told with its place', async () => {
    const dataDir = await tempFolder('msp')
    await open(dataDir, ['Org1MSP', 'Org2MSP'])
    await writeFile(join(dataDir, 'msp/organisations/Org2MSP/peer/key.pem'), 'nonsense')
    await expect(open(dataDir)).rejects.toMatchObject(code('IDENTITY_DAMAGED'))
  })
})

describe('identities', () => {
  test('one is issued with role, attributes and affiliation, as Fabric CA does it', async () => {
    const dataDir = await tempFolder('msp')
    const { commands, identities } = await open(dataDir)
    const issued = await commands.issueIdentity({
      name: 'alice',
      role: 'admin',
      attributes: { color: 'blue', 'app.level': '3=x' },
      affiliation: 'org1.department1',
    })
    expect(issued).toMatchObject({
      id: 'alice@Org1MSP',
      role: 'admin',
      affiliation: ['org1', 'department1'],
      attributes: { color: 'blue', 'app.level': '3=x' },
    })
    expect(issued.problem).toBeUndefined()
    const certificate = new X509Certificate(issued.certificate)
    const ca = new X509Certificate(identities.caCertificate)
    expect([certificate.checkIssued(ca), certificate.verify(ca.publicKey), certificate.ca]).toEqual([true, true, false])
    // Several units are one set: Go's parser takes them as one relative name.
    expect(certificate.subject).toContain('OU=org1 + OU=admin + OU=department1')
    expect(certificate.raw.includes('"hf.Affiliation":"org1.department1"')).toBe(true)
    if (process.platform !== 'win32') {
      expect((await stat(join(dataDir, 'msp/alice/key.pem'))).mode & 0o777).toBe(0o600)
    }
    expect((await identities.find('alice')).certificate).toBe(issued.certificate)
    await expect(commands.issueIdentity({ name: 'alice' })).rejects.toMatchObject(code('IDENTITY_EXISTS'))
    expect(await readFile(join(dataDir, 'msp/alice/cert.pem'), 'utf8')).toBe(issued.certificate)
  })

  test('what cannot be a name, an attribute or an organisation is refused and makes nothing', async () => {
    const dataDir = await tempFolder('msp')
    const { commands } = await open(dataDir)
    for (const name of ['', '.', '..', '../x', 'a/b', 'a\\b', 'peer', 'CA', 'organisations', 'a b', 'x'.repeat(65)]) {
      await expect(commands.issueIdentity({ name }), name).rejects.toMatchObject(code('IDENTITY_INVALID'))
    }
    const attributes = { 'hf.Type': 'admin' }
    await expect(commands.issueIdentity({ name: 'bob', attributes })).rejects.toMatchObject(code('IDENTITY_INVALID'))
    await expect(commands.issueIdentity({ name: 'bob', mspId: 'Org9MSP' })).rejects.toMatchObject(
      code('ORGANISATION_UNKNOWN'),
    )
    expect((await readdir(join(dataDir, 'msp'))).sort()).toEqual(['User1', 'ca', 'peer', 'tlsca'])
  })

  test('one is imported with the certificate of its CA and taken, without it and refused', async () => {
    const { commands, identities } = await open(await tempFolder('msp'))
    const root = await makeCertificate({ subject: 'O=Elsewhere, CN=root', isCA: true })
    const middle = await makeCertificate({ subject: 'O=Elsewhere, CN=middle', isCA: true, issuer: root })
    const bob = await makeCertificate({ subject: 'O=Elsewhere, OU=client, CN=bob', issuer: middle })
    const alone = await commands.importIdentity({ name: 'bob', ...bob })
    expect(alone.problem).toContain('signed by unknown authority')
    await commands.removeIdentity({ identity: 'bob' })
    const caCertificates = `${middle.certificate}${root.certificate}`
    const known = await commands.importIdentity({ name: 'bob', ...bob, caCertificates })
    expect(known.problem).toBeUndefined()
    expect(known).toMatchObject({ role: 'client', subject: 'O=Elsewhere, OU=client, CN=bob', attributes: {} })
    const exported = await commands.exportIdentity({ identity: 'bob' })
    expect(createPrivateKey(exported.privateKey).equals(createPrivateKey(bob.privateKey))).toBe(true)
    expect(exported.caCertificates).toEqual([identities.caCertificate, ...exported.caCertificates.slice(1)])
    expect(exported.caCertificates.slice(1).sort()).toEqual([middle.certificate, root.certificate].sort())
  })

  test('an import is in any form of PEM, and what is none or does not belong together is refused', async () => {
    const { commands } = await open(await tempFolder('msp'))
    const bob = await makeCertificate({ subject: 'OU=client, CN=bob', namedCurve: 'P-384' })
    const eve = await makeCertificate({ subject: 'OU=client, CN=eve' })
    const sec1 = createPrivateKey(bob.privateKey).export({ type: 'sec1', format: 'pem' }).toString()
    const imported = await commands.importIdentity({
      name: 'bob',
      certificate: `text\n${bob.certificate}`,
      privateKey: sec1,
    })
    expect(imported.certificate).toBe(bob.certificate)
    for (const wrong of [
      { ...bob, privateKey: eve.privateKey },
      { ...bob, privateKey: 'nonsense' },
      { ...bob, certificate: 'nonsense' },
      { ...bob, caCertificates: 'nonsense' },
      { ...bob, caCertificates: eve.certificate },
    ]) {
      await expect(commands.importIdentity({ name: 'eve', ...wrong })).rejects.toMatchObject(code('IDENTITY_INVALID'))
    }
    expect((await commands.readIdentities({}))[0]?.identities.map(({ name }) => name)).toEqual(['peer', 'User1', 'bob'])
  })

  test('roles come from exactly one OU', async () => {
    const { commands } = await open(await tempFolder('msp'))
    const ca = await makeCertificate({ subject: 'CN=root', isCA: true })
    const none = await makeCertificate({ subject: 'OU=sales, CN=none', issuer: ca })
    const two = await makeCertificate({ subject: 'OU=client, OU=admin, CN=two', issuer: ca })
    const caCertificates = ca.certificate
    expect(await commands.importIdentity({ name: 'none', ...none, caCertificates })).toMatchObject({
      affiliation: ['sales'],
      problem: expect.stringContaining('does not have an OU that resolves to'),
    })
    const both = await commands.importIdentity({ name: 'two', ...two })
    expect(both.role).toBeUndefined()
    expect(both.problem).toContain('not a combination of them')
  })

  test('the default one is kept and cannot be removed; neither can the one that endorses', async () => {
    const dataDir = await tempFolder('msp')
    const { commands, identities } = await open(dataDir)
    await commands.issueIdentity({ name: 'alice' })
    await expect(commands.removeIdentity({ identity: 'User1' })).rejects.toMatchObject(code('IDENTITY_NEEDED'))
    await expect(commands.removeIdentity({ identity: 'peer' })).rejects.toMatchObject(code('IDENTITY_NEEDED'))
    await commands.setDefaultIdentity({ identity: 'alice' })
    expect(identities.clientId).toBe('alice@Org1MSP')
    await commands.removeIdentity({ identity: 'User1' })
    await expect(commands.removeIdentity({ identity: 'User1' })).rejects.toMatchObject(code('IDENTITY_UNKNOWN'))
    await expect(identities.find('User1')).rejects.toMatchObject(code('IDENTITY_UNKNOWN'))
    const again = await open(dataDir)
    expect(again.identities.clientId).toBe('alice@Org1MSP')
    const alice = await again.identities.find('alice')
    expect(again.identities.client).toBe(alice)
    await expect(again.commands.setDefaultIdentity({ identity: 'nobody' })).rejects.toMatchObject(
      code('IDENTITY_UNKNOWN'),
    )
  })

  test('where the chosen default is gone the first one is used, and a damaged one is told', async () => {
    const dataDir = await tempFolder('msp')
    const { commands } = await open(dataDir)
    await commands.issueIdentity({ name: 'alice' })
    await commands.setDefaultIdentity({ identity: 'alice' })
    await rename(join(dataDir, 'msp/alice'), join(dataDir, 'alice'))
    expect((await open(dataDir)).identities.clientId).toBe('User1@Org1MSP')
    await mkdir(join(dataDir, 'msp/alice'))
    await writeFile(join(dataDir, 'msp/alice/cert.pem'), 'nonsense')
    await expect(open(dataDir)).rejects.toMatchObject(code('IDENTITY_DAMAGED'))
  })

  test('one that cannot be read is listed with its error, and the others as they are', async () => {
    const dataDir = await tempFolder('msp')
    const { commands } = await open(dataDir)
    await commands.issueIdentity({ name: 'alice' })
    await writeFile(join(dataDir, 'msp/alice/cert.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')
    const [organisation] = await commands.readIdentities({})
    const [peer, user, alice] = organisation?.identities ?? []
    expect(alice?.error?.code).toBe('IDENTITY_DAMAGED')
    expect([peer?.role, peer?.isEndorser, user?.role, user?.isDefault]).toEqual(['peer', true, 'client', true])
  })
})
