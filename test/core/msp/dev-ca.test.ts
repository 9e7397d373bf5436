import { createHash, verify, X509Certificate } from 'node:crypto'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openIdentities } from '../../../core/msp/dev-ca.ts'
import { buildProposal } from '../../../core/endorser/proposal.ts'
import {
  ChaincodeInput,
  ChaincodeProposalPayload,
  ChannelHeader,
  Header,
  Proposal,
  SerializedIdentity,
  SignatureHeader,
} from '../../../core/protos/index.ts'
import { tempFolder } from '../../support/temp.ts'

test('a client and a peer signed by one CA, the same at the next start, keys for the owner alone', async () => {
  const dataDir = await tempFolder('msp')
  const { client, peer, caCertificate } = await openIdentities(dataDir, 'Org1MSP')
  const ca = new X509Certificate(caCertificate)
  expect(ca.ca).toBe(true)
  for (const [identity, role, name] of [
    [client, 'client', 'User1'],
    [peer, 'peer', 'peer0'],
  ] as const) {
    const certificate = new X509Certificate(identity.certificate)
    expect(certificate.checkIssued(ca)).toBe(true)
    expect(certificate.verify(ca.publicKey)).toBe(true)
    expect(certificate.ca).toBe(false)
    expect(certificate.subject.split('\n')).toEqual(expect.arrayContaining([`OU=${role}`, `CN=${name}`]))
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
    // The attributes that chaincode reads through the client identity library.
    expect(certificate.raw.includes(`"hf.EnrollmentID":"${name}"`)).toBe(true)
    const serialized = SerializedIdentity.deserializeBinary(identity.serialize())
    expect(serialized.getMspid()).toBe('Org1MSP')
    expect(Buffer.from(serialized.getIdBytes_asU8()).toString()).toBe(identity.certificate)
  }
  expect((await openIdentities(dataDir, 'Org1MSP')).client.certificate).toBe(client.certificate)
  expect(await readdir(dataDir)).toEqual(['msp', 'orderer'])
  if (process.platform !== 'win32') {
    expect((await stat(join(dataDir, 'msp', 'User1', 'key.pem'))).mode & 0o777).toBe(0o600)
  }
})

test('signatures verify and their S is in the lower half', async () => {
  const { client } = await openIdentities(await tempFolder('msp'), 'Org1MSP')
  const key = new X509Certificate(client.certificate).publicKey
  const half = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551') >> 1n
  for (let i = 0; i < 200; i++) {
    const message = Buffer.from(`message ${i}`)
    const signature = client.sign(message)
    expect(verify('sha256', message, key, signature)).toBe(true)
    const sAt = 4 + (signature[3] ?? 0)
    const s = signature.subarray(sAt + 2, sAt + 2 + (signature[sAt + 1] ?? 0))
    expect(BigInt(`0x${Buffer.from(s).toString('hex')}`) <= half).toBe(true)
  }
})

test('damaged files are told with their place', async () => {
  for (const file of ['User1/key.pem', 'User1/cert.pem', 'ca/cert.pem']) {
    const dataDir = await tempFolder('msp')
    await openIdentities(dataDir, 'Org1MSP')
    await writeFile(join(dataDir, 'msp', file), 'nonsense')
    await expect(openIdentities(dataDir, 'Org1MSP')).rejects.toMatchObject({ code: 'IDENTITY_DAMAGED' })
  }
})

test('two who make them at once get the same', async () => {
  const dataDir = await tempFolder('msp')
  const [one, two] = await Promise.all([openIdentities(dataDir, 'Org1MSP'), openIdentities(dataDir, 'Org1MSP')])
  expect(one.client.certificate).toBe(two.client.certificate)
})

test('a proposal is signed, its id is made of nonce and creator, and transient data stays out of what is hashed', async () => {
  const { client } = await openIdentities(await tempFolder('msp'), 'Org1MSP')
  const input = new ChaincodeInput()
  input.setArgsList([Buffer.from('fn')])
  const transient = new Map([['secret', Buffer.from('s')]])
  const built = buildProposal({ channel: 'ch1', chaincode: 'cc', input, transient }, client)
  const bytes = built.signedProposal.getProposalBytes_asU8()
  const key = new X509Certificate(client.certificate).publicKey
  expect(verify('sha256', bytes, key, built.signedProposal.getSignature_asU8())).toBe(true)
  const proposal = Proposal.deserializeBinary(bytes)
  const header = Header.deserializeBinary(proposal.getHeader_asU8())
  const channelHeader = ChannelHeader.deserializeBinary(header.getChannelHeader_asU8())
  const signatureHeader = SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8())
  const hash = createHash('sha256').update(signatureHeader.getNonce_asU8()).update(client.serialize()).digest('hex')
  expect([channelHeader.getTxId(), built.txId]).toEqual([hash, hash])
  expect([channelHeader.getType(), channelHeader.getChannelId(), channelHeader.getEpoch()]).toEqual([3, 'ch1', 0])
  expect(signatureHeader.getNonce_asU8()).toHaveLength(24)
  const payload = ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8())
  expect(Buffer.from(payload.getTransientmapMap().get('secret') ?? '').toString()).toBe('s')
  expect(Buffer.from(built.payloadWithoutTransient).includes('secret')).toBe(false)
})
