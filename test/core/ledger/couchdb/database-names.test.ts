import { expect, test } from 'vitest'
import { metadataDatabase, namespaceDatabase } from '../../../../core/ledger/couchdb/database-names.ts'
import { decodeVersionField, encodeVersionField } from '../../../../core/ledger/couchdb/version-field.ts'

test.each([
  ['mychannel', 'basic', 'mychannel_basic'],
  ['my.channel', 'Basic', 'my$channel_$basic'],
  ['ch', '_lifecycle', 'ch__lifecycle'],
  ['ch', 'cc$$pcollectionMarbles', 'ch_cc$$pcollection$marbles'],
  ['ch', 'cc$$h_implicit_org_Org1MSP', 'ch_cc$$h_implicit_org_$org1$m$s$p'],
])('%s, %s: %s', (channel, namespace, name) => {
  expect(namespaceDatabase(channel, namespace)).toBe(name)
})

const channel = 'c'.repeat(200)

test('a name of more than 238 letters keeps 50 of each part and a hash', () => {
  const plain = namespaceDatabase(channel, 'n'.repeat(60))
  // Of the whole name, by sha256sum.
  const hash = '7f8a0da96d9e80cc146f46f8d0841356dfd88871fb704992ce61aafae2298b12'
  expect(plain).toBe(`${'c'.repeat(50)}_${'n'.repeat(50)}(${hash})`)
  const collection = namespaceDatabase(channel, `${'n'.repeat(60)}$$p${'C'.repeat(60)}`)
  expect(collection.split('(')[0]).toBe(`${'c'.repeat(50)}_${'n'.repeat(50)}$$p${'$c'.repeat(60)}`.slice(0, 153))
  expect(namespaceDatabase('c', 'n'.repeat(236))).toHaveLength(238)
  expect(namespaceDatabase('c', 'n'.repeat(237))).toContain('(')
})

test('a channel has a database of its own', () => {
  expect(metadataDatabase('my.channel')).toBe('my$channel_')
  expect(metadataDatabase('c'.repeat(239))).toHaveLength(117)
})

// From Fabric's own tests of couchdoc_conv and from its encoding: number of bytes, then the bytes.
test.each([
  [{ block: 1, tx: 0 }, 'CgMBAQA='],
  [{ block: 0, tx: 0 }, 'CgIAAA=='],
  [{ block: 256, tx: 3 }, 'CgUCAQABAw=='],
])('%o is %s', (version, text) => {
  expect(encodeVersionField(version, new Uint8Array())).toBe(text)
  expect(decodeVersionField(text)).toEqual(version)
  expect(decodeVersionField(encodeVersionField(version, Buffer.alloc(300, 1)))).toEqual(version)
})

test.each(['', 'x', 'AAAA', 'CgMB', 'CgEJ'])('%j is none', (text) => {
  expect(decodeVersionField(text)).toBeUndefined()
})
