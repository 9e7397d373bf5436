import 'reflect-metadata'
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import { Client, credentials, status } from '@grpc/grpc-js'
import { connect, signers, type GatewayError } from '@hyperledger/fabric-gateway'
import { expect, test } from 'vitest'
import { parseCertificate } from '../../../core/msp/certificate.ts'
import { exportKey, ALGORITHM } from '../../../core/msp/make-certificates.ts'
import { serialOf } from '../../../core/msp/revoked.ts'
import { signMessage } from '../../../core/msp/signature.ts'
import { openFixture } from '../../scenario/author.ts'
import { testPeer, type TestPeer } from '../../support/peer.ts'
import { tempFolder } from '../../support/temp.ts'

const served = { listenAddress: '127.0.0.1:0', ordererListenAddress: '127.0.0.1:0', caListenAddress: '127.0.0.1:0' }

interface Answer {
  status: number
  result: Record<string, unknown>
  /** Of the first error. */
  code: number | undefined
}

interface Enrolled {
  certificate: string
  key: KeyObject
}

/** Send a request; all of the answer is read. */
async function send(url: string, method: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, { method, headers, ...(body !== '' && { body }) })
  const text = await response.text()
  const { result, errors } = JSON.parse(text) as { result: Record<string, unknown>; errors: { code: number }[] }
  return { status: response.status, result, code: errors[0]?.code }
}

async function signingRequest(name: string, subject = `CN=${name}`): Promise<{ csr: string; key: KeyObject }> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({
    name: subject,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'app.local' }])],
  })
  return { csr: csr.toString('pem'), key: createPrivateKey(await exportKey(keys.privateKey)) }
}

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** A client of a CA, as fabric-ca-client speaks. */
function client(ca: string) {
  async function enroll(id: string, secret: string, more: object = {}): Promise<Answer & Enrolled> {
    const { csr, key } = await signingRequest(id, `C=DE, ST=Berlin, O=Bakery, OU=king, CN=${id}`)
    const body = JSON.stringify({ certificate_request: csr, ...more })
    const answer = await send(`${ca}/api/v1/enroll`, 'POST', body, { authorization: basic(id, secret) })
    const certificate = Buffer.from((answer.result['Cert'] as string | undefined) ?? '', 'base64').toString()
    return { ...answer, certificate, key }
  }
  /** `form`: the token's; before 1.4 it said nothing of method and path. */
  function signed(who: Enrolled, method: string, path: string, fields?: object, form: 'old' | 'new' = 'new') {
    const body = fields === undefined ? '' : JSON.stringify(fields)
    const old = `${base64(body)}.${base64(who.certificate)}`
    const text = form === 'old' ? old : `${method}.${base64(path)}.${old}`
    const signature = Buffer.from(signMessage(Buffer.from(text), who.key)).toString('base64')
    return send(`${ca}${path}`, method, body, { authorization: `${base64(who.certificate)}.${signature}` })
  }
  return { enroll, signed }
}

async function certificateAuthority(
  settings: Parameters<typeof testPeer>[0] = {},
): Promise<{ peer: TestPeer; url: string }> {
  const peer = await testPeer({ ...served, ...settings })
  return { peer, url: peer.state().authorities.Org1MSP?.url ?? '' }
}

test('each organisation has a CA, which says who it is and enrols by secret, with the names that it decides', async () => {
  const { peer, url } = await certificateAuthority({ organisations: ['Org1MSP', 'Org2MSP'] })
  const info = await send(`${url}/api/v1/cainfo`, 'GET', '')
  expect(info).toMatchObject({ status: 200, result: { CAName: 'ca-org1' } })
  const [org1] = await peer.api.readIdentities({})
  expect(Buffer.from(String(info.result['CAChain']), 'base64').toString()).toBe(org1?.caCertificates[0])
  expect((await send(`${url}/cainfo?ca=ca-org1`, 'GET', '')).status).toBe(200)
  expect(await send(`${url}/cainfo?ca=other`, 'GET', '')).toMatchObject({ status: 404, code: 19 })
  expect(await send(`${url}/api/v1/cainfo`, 'DELETE', '')).toMatchObject({ status: 405, code: 1 })
  expect(peer.state().authorities.Org2MSP?.name).toBe('ca-org2')

  const { certificate, status } = await client(url).enroll('admin', 'adminpw', { caname: 'ca-org1' })
  expect(status).toBe(201)
  const { x509: parsed, organizationalUnits, attributes } = parseCertificate(certificate)
  expect(parsed.subject.split('\n')).toEqual(['C=DE', 'ST=Berlin', 'O=Bakery', 'OU=client', 'CN=admin'])
  expect(organizationalUnits).toEqual(['client'])
  expect(attributes).toEqual({ 'hf.EnrollmentID': 'admin', 'hf.Type': 'client', 'hf.Affiliation': '' })
  expect(parsed.subjectAltName).toBe('DNS:app.local')

  // Added later, it has one too.
  await peer.api.addOrganisation({ mspId: 'Org3MSP' })
  const third = await peer.eventually('a third CA', ({ authorities }) => authorities.Org3MSP)
  expect((await client(third.url).enroll('admin', 'adminpw')).status).toBe(201)
})

test('both forms of a token are accepted, and no other', async () => {
  const { url } = await certificateAuthority()
  const { enroll, signed } = client(url)
  const admin = await enroll('admin', 'adminpw')
  const register = (id: string) => ({ id, type: 'client', affiliation: 'org1.department1' })
  expect((await signed(admin, 'POST', '/api/v1/register', register('a'))).status).toBe(201)
  expect((await signed(admin, 'POST', '/register', register('b'), 'old')).status).toBe(201)

  const refused = { status: 401, code: 20 }
  const { signed: elsewhere } = client(`${url}/api/v1`)
  expect(await elsewhere(admin, 'GET', '/identities')).toMatchObject(refused)
  const other = await signingRequest('admin')
  expect(await signed({ ...admin, key: other.key }, 'GET', '/api/v1/identities')).toMatchObject(refused)
  for (const authorization of ['x', 'x.y', '.', basic('admin', 'adminpw'), `${base64('no certificate')}.x`]) {
    expect(await send(`${url}/api/v1/identities`, 'GET', '', { authorization })).toMatchObject(refused)
  }
  expect(await send(`${url}/api/v1/identities`, 'GET', '')).toMatchObject({ status: 401, code: 2 })
})

test('who isn’t a registrar registers nobody, and a registrar only what it may', async () => {
  const { url } = await certificateAuthority()
  const { enroll, signed } = client(url)
  const admin = await enroll('admin', 'adminpw')
  const register = (who: Enrolled, fields: object) => signed(who, 'POST', '/api/v1/register', fields)
  const registrar = {
    ...{ id: 'registrar', secret: 'pw', type: 'client', affiliation: 'org1' },
    attrs: [
      { name: 'hf.Registrar.Roles', value: 'client' },
      { name: 'hf.Registrar.Attributes', value: 'shop.*' },
    ],
  }
  expect(await register(admin, registrar)).toMatchObject({ status: 201, result: { secret: 'pw' } })
  const of = await enroll('registrar', 'pw')
  const denied = { status: 403, code: 71 }
  const good = { id: 'u1', type: 'client', affiliation: 'org1.department1', attrs: [{ name: 'shop.role', value: 'x' }] }
  expect((await register(of, good)).status).toBe(201)
  expect(await register(of, { ...good, id: 'u2', affiliation: 'org2' })).toMatchObject(denied)
  expect(await register(of, { ...good, id: 'u2', affiliation: '.' })).toMatchObject(denied)
  expect(await register(of, { ...good, id: 'u2', type: 'admin' })).toMatchObject(denied)
  expect(await register(of, { ...good, id: 'u2', attrs: [{ name: 'hf.Revoker', value: 'true' }] })).toMatchObject(
    denied,
  )
  expect(await register(of, { ...good, id: 'u2', attrs: [{ name: 'color', value: 'red' }] })).toMatchObject(denied)
  expect(await register(admin, { ...good, id: 'u2', affiliation: 'org9' })).toMatchObject(denied)
  expect(await register(admin, { ...good, id: '__proto__', secret: 'pw' })).toMatchObject({ status: 201 })
  expect((await enroll('__proto__', 'pw')).status).toBe(201)
  expect((await signed(of, 'GET', '/api/v1/identities/admin')).code).toBe(71)
  expect((await signed(of, 'GET', '/api/v1/identities/nobody')).code).toBe(63)
  const changed = await signed(admin, 'PUT', '/api/v1/identities/u1', {
    ...{ type: 'admin', affiliation: 'org1.department2', secret: 'new' },
    attrs: [{ name: 'shop.role', value: '' }],
  })
  expect(changed.result).toMatchObject({ id: 'u1', type: 'admin', affiliation: 'org1.department2' })
  expect(parseCertificate((await enroll('u1', 'new')).certificate).organizationalUnits.sort()).toEqual([
    ...['admin', 'department2', 'org1'],
  ])
  expect(await signed(admin, 'DELETE', '/api/v1/identities/u1')).toMatchObject({ status: 403, code: 56 })
  expect((await signed(admin, 'POST', '/api/v1/affiliations?force=true', { name: 'org9.sales' })).status).toBe(201)
  expect((await signed(admin, 'GET', '/api/v1/affiliations/org9')).result).toMatchObject({
    name: 'org9',
    affiliations: [{ name: 'org9.sales' }],
  })
  expect((await signed(of, 'GET', '/api/v1/affiliations')).code).toBe(71)
})

test('one certificate is revoked by its number, and stays so when the peer starts again without a CA', async () => {
  const dataDir = join(await tempFolder('data'), '.slipway')
  const { peer, url } = await certificateAuthority({ dataDir })
  const { enroll, signed } = client(url)
  const admin = await enroll('admin', 'adminpw')
  await signed(admin, 'POST', '/api/v1/register', { id: 'ann', secret: 'pw', affiliation: '' })
  const [lost, kept] = [await enroll('ann', 'pw'), await enroll('ann', 'pw')]
  const { serialNumber } = parseCertificate(lost.certificate).x509
  const certificates = JSON.parse(await readFile(join(dataDir, 'fabric-ca', 'Org1MSP.json'), 'utf8')) as {
    certificates: { serial: string; aki: string }[]
  }
  const serial = serialNumber.toLowerCase().replace(/^0+/, '')
  const { aki = '' } = certificates.certificates.find((each) => each.serial === serial) ?? {}
  const revoke = (who: Enrolled, fields: object) => signed(who, 'POST', '/api/v1/revoke', fields)
  expect(await revoke(admin, {})).toMatchObject({ status: 400, code: 15 })
  expect(await revoke(admin, { serial, aki: 'ff' })).toMatchObject({ status: 404, code: 8 })
  expect(await revoke(admin, { serial, aki, id: 'admin' })).toMatchObject({ status: 400, code: 9 })
  // It may revoke the one it shows, and no other.
  expect(await revoke(kept, { serial, aki })).toMatchObject({ status: 403, code: 71 })
  const colons = serialNumber.replace(/(..)(?=.)/g, '$1:')
  expect((await revoke(lost, { serial: colons, aki: aki.toUpperCase() })).result).toMatchObject({
    RevokedCerts: [{ Serial: serial, AKI: aki }],
  })
  expect(await revoke(admin, { serial, aki })).toMatchObject({ status: 404, code: 66 })
  expect((await signed(lost, 'POST', '/api/v1/reenroll', {})).code).toBe(20)

  const problems = async (of: TestPeer): Promise<(string | undefined)[]> => {
    const problem = async (name: string, { certificate, key }: Enrolled) => {
      const privateKey = key.export({ type: 'pkcs8', format: 'pem' }).toString()
      return (await of.api.importIdentity({ name, certificate, privateKey })).problem
    }
    return [await problem('lost', lost), await problem('kept', kept)]
  }
  const revoked = [expect.stringContaining('The certificate has been revoked') as string, undefined]
  expect(await problems(peer)).toEqual(revoked)
  await peer.peer.close()
  const again = await testPeer({ dataDir })
  await again.api.removeIdentity({ identity: 'lost' })
  await again.api.removeIdentity({ identity: 'kept' })
  expect(await problems(again)).toEqual(revoked)
  if (process.platform !== 'win32') {
    expect((await stat(join(dataDir, 'fabric-ca', 'Org1MSP.json'))).mode & 0o077).toBe(0)
  }
})

test('a list of what is revoked is signed by the CA, and who is on it is refused by the channel at once', async () => {
  const { peer, url } = await certificateAuthority()
  const { name } = await openFixture(peer, 'feature-node', { watch: false })
  const { enroll, signed } = client(url)
  const admin = await enroll('admin', 'adminpw')
  for (const id of ['ann', 'bob', 'cecil']) {
    await signed(admin, 'POST', '/api/v1/register', { id, secret: 'pw', affiliation: '', type: 'client' })
  }
  const [ann, bob, cecil] = [await enroll('ann', 'pw'), await enroll('bob', 'pw'), await enroll('cecil', 'pw')]
  await enroll('ann', 'pw', { profile: 'tls' })
  const put = async (who: Enrolled) => {
    const grpc = new Client(peer.state().services.peers['Org1MSP'] ?? '', credentials.createInsecure())
    const identity = { mspId: 'Org1MSP', credentials: Buffer.from(who.certificate) }
    const gateway = connect({ client: grpc, identity, signer: signers.newPrivateKeySigner(who.key) })
    try {
      const contract = gateway.getNetwork('mychannel').getContract(name)
      return await contract.submitTransaction('Put', 'a', '1').then(
        () => 'served',
        (error: unknown) => (error as GatewayError).code,
      )
    } finally {
      gateway.close()
      grpc.close()
    }
  }
  expect(await put(ann)).toBe('served')

  const caCertificate = new x509.X509Certificate((await peer.api.readIdentities({}))[0]?.caCertificates[0] ?? '')
  const listed = async ({ result }: Answer): Promise<string[]> => {
    const crl = new x509.X509Crl(Buffer.from(result['CRL'] as string, 'base64').toString())
    expect(crl.issuer).toBe(caCertificate.subject)
    expect(await crl.verify({ publicKey: caCertificate })).toBe(true)
    return crl.entries.map(serialOf).sort()
  }
  const serials = (...of: Enrolled[]) => of.map((each) => serialOf(parseCertificate(each.certificate).x509)).sort()
  const revoke = (id: string, more: object = {}) => signed(admin, 'POST', '/api/v1/revoke', { id, ...more })
  // The CA for TLS has issued one of hers.
  expect(await listed(await revoke('ann', { gencrl: true }))).toEqual(serials(ann))
  expect(await put(ann)).toBe(status.ABORTED)
  expect(await put(bob)).toBe('served')
  expect((await revoke('bob')).result['CRL']).toBe('')
  expect(await put(bob)).toBe(status.ABORTED)

  const genCRL = (who: Enrolled, fields: object = {}) => signed(who, 'POST', '/api/v1/gencrl', fields)
  expect(await listed(await genCRL(admin))).toEqual(serials(ann, bob))
  const zero = '0001-01-01T00:00:00Z'
  expect(await listed(await genCRL(admin, { revokedafter: zero, expirebefore: zero }))).toEqual(serials(ann, bob))
  const [past, future] = ['2020-01-01T00:00:00Z', '2999-01-01T00:00:00Z']
  expect(await listed(await genCRL(admin, { revokedbefore: past }))).toEqual([])
  expect(await listed(await genCRL(admin, { expireafter: future }))).toEqual([])
  expect(await genCRL(admin, { revokedafter: future, revokedbefore: past })).toMatchObject({ status: 400, code: 36 })
  expect(await genCRL(admin, { expireafter: future, expirebefore: past })).toMatchObject({ status: 400, code: 37 })
  expect(await genCRL(admin, { expireafter: 'soon' })).toMatchObject({ status: 400, code: 5 })
  expect(await genCRL(cecil)).toMatchObject({ status: 403, code: 71 })
})

test('what can’t be read is refused with Fabric CA’s code, and a wrong secret is counted', async () => {
  const { url } = await certificateAuthority()
  const { enroll } = client(url)
  const admin = { authorization: basic('admin', 'adminpw') }
  const post = (body: string) => send(`${url}/api/v1/enroll`, 'POST', body, admin)
  expect(await post('')).toMatchObject({ status: 400, code: 4 })
  for (const body of ['{', '[]', 'null', '"x"', JSON.stringify({ certificate_request: 7 })]) {
    expect(await post(body)).toMatchObject({ status: 400, code: 5 })
  }
  for (const csr of ['', 'x', '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n']) {
    expect(await post(JSON.stringify({ certificate_request: csr }))).toMatchObject({ status: 400, code: 31 })
  }
  const { csr } = await signingRequest('somebody')
  expect(await post(JSON.stringify({ certificate_request: csr }))).toMatchObject({ status: 403, code: 77 })
  expect(await enroll('admin', 'adminpw', { profile: 'ca' })).toMatchObject({ status: 500, code: 0 })
  expect(await enroll('admin', 'adminpw', { attr_reqs: 'all' })).toMatchObject({ status: 400, code: 5 })
  expect(await post(JSON.stringify({ filler: 'x'.repeat(2 * 1024 * 1024) }))).toMatchObject({ status: 413, code: 3 })
  expect(await send(`${url}/api/v1/enroll`, 'POST', '{}')).toMatchObject({ status: 401, code: 2 })
  const unknown = await fetch(`${url}/api/v1/nothing`)
  expect([unknown.status, await unknown.text()]).toEqual([404, '404 page not found\n'])

  for (let attempt = 0; attempt < 10; attempt++) expect((await enroll('admin', 'wrong')).code).toBe(20)
  expect((await enroll('admin', 'adminpw')).code).toBe(73)
})

test('a page gets no answer, neither from another origin nor by another host’s name', async () => {
  const { url } = await certificateAuthority()
  const { port } = new URL(url)
  const ask = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port, path: '/api/v1/cainfo', headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode))
      })
      request.on('error', reject).end()
    })
  expect(await ask({ host: `localhost:${port}` })).toBe(200)
  expect(await ask({ host: `ca.org1.example.com:${port}` })).toBe(200)
  expect(await ask({ host: `evil.example:${port}` })).toBe(403)
  expect(await ask({ host: `127.0.0.1:${port}`, origin: 'http://evil.example' })).toBe(403)
})

test('the profile tls is signed by the CA whose certificates peers take', async () => {
  const { peer, url } = await certificateAuthority()
  const { certificate, result } = await client(url).enroll('admin', 'adminpw', { profile: 'tls' })
  const root = await readFile(join(peer.dataDir, 'msp', 'tlsca', 'cert.pem'), 'utf8')
  const { CAChain } = result['ServerInfo'] as { CAChain: string }
  expect(Buffer.from(CAChain, 'base64').toString()).toBe(root)
  expect(parseCertificate(certificate).x509.checkIssued(parseCertificate(root).x509)).toBe(true)
  expect(parseCertificate(certificate).x509.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
})

test('a damaged registry keeps the peer from starting, with the file in the error', async () => {
  const dataDir = join(await tempFolder('data'), '.slipway')
  const { peer } = await certificateAuthority({ dataDir })
  await peer.peer.close()
  await writeFile(join(dataDir, 'fabric-ca', 'Org1MSP.json'), '{"identities":')
  await expect(testPeer({ ...served, dataDir })).rejects.toMatchObject({ code: 'IDENTITY_DAMAGED' })
  await testPeer({ dataDir })
})
