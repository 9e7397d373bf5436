import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { signMessageAside, verifyMessage } from '../../../core/msp/signature.ts'

test.each([
  ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['Ed25519', generateKeyPairSync('ed25519')],
])(
  'signatures that are made on another thread are Fabric’s, with a low S: %s',
  async (_, { privateKey, publicKey }) => {
    const messages = Array.from({ length: 40 }, (_, n) => Buffer.from(`message ${n}`))
    const signatures = await Promise.all(messages.map((message) => signMessageAside(message, privateKey)))
    for (const [n, message] of messages.entries()) {
      const signature = signatures[n] ?? new Uint8Array()
      expect(verifyMessage(message, signature, publicKey)).toBe(true)
      expect(verifyMessage(Buffer.from('another'), signature, publicKey)).toBe(false)
    }
  },
)

test('a key that Fabric doesn’t take is refused', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-521' })
  expect(() => signMessageAside(Buffer.from('message'), privateKey)).toThrow('P-256 or P-384')
})
