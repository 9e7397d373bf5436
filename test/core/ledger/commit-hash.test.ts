import { expect, test } from 'vitest'
import { commitHash, updateBytes } from '../../../core/ledger/commit-hash.ts'
import { hashedKey, hashedNamespace, privateNamespace } from '../../../core/privdata/namespaces.ts'
import golden from './golden/commit-hash.json' with { type: 'json' }

interface Case {
  name: string
  codes: number[]
  previous: string
  updates:
    | {
        namespace: string
        collection?: string
        key: string
        value?: string
        delete?: boolean
        block: number
        tx: number
      }[]
    | null
  bytes: string
  hash: string
}

const cases: Case[] = golden.cases

/** As the ledger has them: hashes under a namespace and in texts of their own. */
function updatesOf({ updates }: Case) {
  return (updates ?? []).map(({ namespace, collection, key, value = '', delete: isDelete, block, tx }) => {
    const version = { block, tx }
    if (collection === undefined) {
      return { namespace, key, version, value: isDelete === true ? undefined : Buffer.from(value) }
    }
    return {
      namespace: hashedNamespace(namespace, collection),
      key: hashedKey(Buffer.from(key, 'hex')),
      version,
      value: isDelete === true ? undefined : Buffer.from(value, 'hex'),
    }
  })
}

test.each(cases)('$name', (one) => {
  const updates = updatesOf(one)
  if (one.bytes !== '') expect(Buffer.from(updateBytes(updates)).toString('hex')).toBe(one.bytes)
  expect(Buffer.from(commitHash(one.codes, updates, Buffer.from(one.previous, 'hex'))).toString('hex')).toBe(one.hash)
})

test('values of private data are no part of it', () => {
  const value = {
    namespace: privateNamespace('cc', 'c'),
    key: 'k',
    version: { block: 1, tx: 0 },
    value: Buffer.from('v'),
  }
  expect(updateBytes([value])).toHaveLength(0)
})
