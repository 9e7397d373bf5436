import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openIdentities } from '../../../core/msp/dev-ca.ts'
import { isKnown } from '../../../core/msp/known-signatures.ts'
import { verifyMessage } from '../../../core/msp/signature.ts'
import { tempFolder } from '../../support/temp.ts'

async function signers() {
  const { client, peer, msps } = await openIdentities(await tempFolder('known'), 'Org1MSP')
  return { client, peer, of: (identity: typeof client) => msps.deserialize(identity.serialize()) }
}

test('what was signed here is recognised, and nothing else passes that the key would not verify', async () => {
  const { client, peer, of } = await signers()
  const [mine, others] = [of(client), of(peer)]
  const message = fc.uint8Array({ minLength: 1, maxLength: 2000 })
  fc.assert(
    fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, change) => {
      const signature = client.signOwn(bytes)
      expect(isKnown(mine.id, bytes, signature)).toBe(true)
      expect(verifyMessage(bytes, signature, mine.certificate.x509.publicKey)).toBe(true)
      const altered = (of: Uint8Array) => of.map((byte, i) => (i === at % of.length ? byte ^ change : byte))
      expect(mine.verify(altered(bytes), signature)).toBe(false)
      expect(mine.verify(bytes, altered(signature))).toBe(false)
      expect(mine.verify(bytes.subarray(1), signature)).toBe(false)
      expect(others.verify(bytes, signature)).toBe(false)
    }),
    { numRuns: 200 },
  )
})

test('a message that is changed after it was signed is not what was signed', async () => {
  const { client, of } = await signers()
  const bytes = Buffer.from('what was signed')
  const signature = client.signOwn(bytes)
  bytes[0] = 0
  expect(of(client).verify(bytes, signature)).toBe(false)
})

test('a signature of long ago is forgotten, and verified', async () => {
  const { client, of } = await signers()
  const identity = of(client)
  const bytes = Buffer.from('the first')
  const signature = client.signOwn(bytes)
  for (let n = 0; n < 1000; n++) client.signOwn(Buffer.from(`another ${n}`))
  expect(isKnown(identity.id, bytes, signature)).toBe(false)
  expect(identity.verify(bytes, signature)).toBe(true)
})

test.each(['verify', 'verifyAside'] as const)('what was verified is recognised, and nothing else: %s', async (how) => {
  const { client, peer, of } = await signers()
  const [mine, others] = [of(client), of(peer)]
  const bytes = Buffer.from('a proposal')
  const signature = client.sign(bytes)
  expect(await others[how](bytes, signature)).toBe(false)
  expect(await mine[how](bytes.subarray(1), signature)).toBe(false)
  expect(await mine[how](bytes, Buffer.from('no signature'))).toBe(false)
  expect([isKnown(mine.id, bytes, signature), isKnown(others.id, bytes, signature)]).toEqual([false, false])
  expect(await mine[how](bytes, signature)).toBe(true)
  expect([isKnown(mine.id, bytes, signature), isKnown(others.id, bytes, signature)]).toEqual([true, false])
  expect(await others[how](bytes, signature)).toBe(false)
})

test('what nobody verifies takes no place', async () => {
  const { client, of } = await signers()
  const identity = of(client)
  const bytes = Buffer.from('a proposal')
  expect(isKnown(identity.id, bytes, client.sign(bytes))).toBe(false)
})

test('a long message is not kept, and its signature is verified', async () => {
  const { client, of } = await signers()
  const identity = of(client)
  const bytes = Buffer.alloc(100_000, 'x')
  const signature = client.signOwn(bytes)
  expect(isKnown(identity.id, bytes, signature)).toBe(false)
  expect(identity.verify(bytes, signature)).toBe(true)
})
