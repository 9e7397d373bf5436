import { describe, expect, test } from 'vitest'
import { marshalPrivateSets } from '../../../core/ledger/private-rwset-proto.ts'
import { RWSetBuilder } from '../../../core/ledger/rwset-builder.ts'
import { marshalReadWriteSet, unmarshalReadWriteSet } from '../../../core/ledger/rwset-proto.ts'
import golden from './golden/rwsetutil.json' with { type: 'json' }

/** One call of Fabric's RWSetBuilder. */
interface Step {
  op: string
  ns: string
  coll?: string
  key?: string
  value?: string
  v?: number[]
  start?: string
  end?: string
  n?: number
  done?: boolean
  meta?: string[][]
}

function take(builder: RWSetBuilder, step: Step): void {
  const { ns, coll = '', key = '', value = '', v, start = '', end = '', n = 0, done = false, meta = [] } = step
  const version = v === undefined ? null : { block: v[0] ?? 0, tx: v[1] ?? 0 }
  const metadata = new Map(meta.map(([name = '', entry = '']) => [name, Buffer.from(entry)]))
  const written = value === '' ? undefined : Buffer.from(value)
  switch (step.op) {
    case 'read':
      return void builder.namespace(ns).reads.set(key, { key, version })
    case 'write':
    case 'delete':
      return void builder.namespace(ns).writes.set(key, written)
    case 'meta':
      return void builder.namespace(ns).metadataWrites.set(key, metadata)
    case 'pvtread':
      return void builder.collection(ns, coll).reads.set(key, version)
    case 'pvtwrite':
    case 'pvtdelete':
    case 'pvtpurge':
      return void builder.collection(ns, coll).writes.set(key, { value: written, isPurge: step.op === 'pvtpurge' })
    case 'pvtmeta':
      return void builder.collection(ns, coll).metadataWrites.set(key, metadata)
    case 'range': {
      const reads = Array.from({ length: n }, (_, i) => ({
        key: `${start}${String(i).padStart(6, '0')}`,
        version: { block: Math.floor(i / 10), tx: i % 10 },
      }))
      const last = reads.at(-1)?.key ?? ''
      builder.namespace(ns).rangeQueries.push({ start, end: done ? end : last, exhausted: done, reads })
      return
    }
    default:
      throw new Error(step.op)
  }
}

/** The bytes were made by Fabric's own rwsetutil.RWSetBuilder of v3.1 from the same steps. */
describe('the bytes of a read/write set are those of Fabric', () => {
  test.each(golden)('$name', ({ ops, pub, ...rest }) => {
    const builder = new RWSetBuilder()
    for (const step of (ops ?? []) as Step[]) take(builder, step)
    expect(Buffer.from(marshalReadWriteSet(builder.publicSets())).toString('hex')).toBe(pub)
    const pvt = 'pvt' in rest ? rest.pvt : ''
    expect(Buffer.from(marshalPrivateSets(builder.privateSets())).toString('hex')).toBe(pvt)
  })

  test.each(golden)('$name: read and written again it is the same', ({ pub }) => {
    const bytes = Buffer.from(pub, 'hex')
    const read = unmarshalReadWriteSet(bytes)
    if (read.some(({ rangeQueries }) => rangeQueries.some(({ summary }) => summary !== undefined))) return
    expect(Buffer.from(marshalReadWriteSet(read)).equals(bytes)).toBe(true)
  })
})
