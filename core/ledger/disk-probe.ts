import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoreOperation } from './store-entries.ts'

/** Bytes that must be free beside what is written. */
const MARGIN = 1 << 20

/** Checks that the disk has room for these operations. Throws the file system's error. */
export async function probe(folder: string, operations: readonly StoreOperation[]): Promise<void> {
  const bytes = operations.reduce((sum, o) => sum + o.key.length + (o.type === 'put' ? o.value.length : 0), MARGIN)
  const file = join(folder, `room-${randomUUID()}`)
  try {
    await writeFile(file, Buffer.alloc(bytes), { flush: true })
  } finally {
    await rm(file, { force: true })
  }
}
