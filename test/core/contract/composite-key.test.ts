import { createRequire } from 'node:module'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeCompositeKey } from '../../../core/contract/composite-key.ts'
import { prepared } from '../../support/fixture-cache.ts'
import { keys } from './composite-keys.ts'

/** What the shim's stub has of it. */
interface CompositeKeys {
  createCompositeKey(objectType: string, attributes: string[]): string
  splitCompositeKey(key: string): { objectType: string; attributes: string[] }
}

/** The published shim's own functions, which need no peer. */
async function nodeShim(): Promise<CompositeKeys> {
  const load = createRequire(join(await prepared('javascript-shim'), 'package.json'))
  const { ChaincodeStub } = load('fabric-shim') as { ChaincodeStub: { prototype: CompositeKeys } }
  return ChaincodeStub.prototype
}

/** fabric-chaincode-go shim/stub.go, CreateCompositeKey: each part with U+0000 behind it. */
function asInGo(objectType: string, attributes: string[]): string {
  return attributes.reduce((key, attribute) => `${key}${attribute}\u0000`, `\u0000${objectType}\u0000`)
}

/** fabric-chaincode-java ledger/CompositeKey.java: all parts joined by U+0000, with one before and one behind. */
function asInJava(objectType: string, attributes: string[]): string {
  return `\u0000${[objectType, ...attributes].join('\u0000')}\u0000`
}

/** U+0000 and U+10FFFF are what CreateCompositeKey refuses. */
function parts(minLength: number): fc.Arbitrary<string> {
  return fc
    .string({ unit: 'binary', minLength, maxLength: 8 })
    .filter((text) => !text.includes('\u0000') && !text.includes('\u{10FFFF}'))
}

test.each(keys)('%s', (_what, key, parts) => {
  expect(decodeCompositeKey(key)).toEqual(parts)
})

test('a composite key of any shim comes apart into what it was made of', async () => {
  const shim = await nodeShim()
  fc.assert(
    fc.property(parts(1), fc.array(parts(1), { maxLength: 5 }), (objectType, attributes) => {
      const keys = [
        asInGo(objectType, attributes),
        asInJava(objectType, attributes),
        shim.createCompositeKey(objectType, attributes),
      ]
      expect(new Set(keys).size).toBe(1)
      for (const key of keys) {
        expect(decodeCompositeKey(key)).toEqual({ objectType, attributes })
        expect(shim.splitCompositeKey(key)).toEqual({ objectType, attributes })
      }
    }),
    { numRuns: 2000 },
  )
})

test('attributes that are empty, which Go lets pass, keep their places', () => {
  fc.assert(
    fc.property(parts(0), fc.array(parts(0), { maxLength: 5 }), (objectType, attributes) => {
      expect(decodeCompositeKey(asInGo(objectType, attributes))).toEqual({ objectType, attributes })
    }),
    { numRuns: 2000 },
  )
})

test('any other key is none, and is never taken apart', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (key) => {
      const delimited = key.length >= 2 && key.startsWith('\u0000') && key.endsWith('\u0000')
      const composite = delimited && !key.includes('\u{10FFFF}')
      expect(decodeCompositeKey(key) !== undefined).toBe(composite)
    }),
    { numRuns: 2000, examples: [[''], ['\u0000'], ['\u0000a'], ['a\u0000'], ['\u0000\u0000']] },
  )
})

test('Node’s shim refuses empty text and anything but text', async () => {
  const shim = await nodeShim()
  expect(() => shim.createCompositeKey('', ['a'])).toThrow('object type or attribute not a non-zero length string')
  expect(() => shim.createCompositeKey('a', [''])).toThrow('object type or attribute not a non-zero length string')
})
