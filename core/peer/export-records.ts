import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PeerError } from '../contract/error.ts'
import type { ExportLayout, ExportRequest } from '../contract/export.ts'
import type { AuthorityState, OutdatedExport, ServicesState } from '../contract/state.ts'
import { isExported } from '../export/is-exported.ts'
import { now } from '../facts/clock.ts'
import { replaceFile } from '../msp/pem-files.ts'
import type { Disposers } from './disposers.ts'
import type { Storage } from './storage.ts'

const FILE = 'exports.json'

interface Exported {
  layout: ExportLayout
  /** As addressesByService. */
  addresses: Record<string, string>
}

/** Where exports were written to and which addresses they name, kept in `<dataDir>/exports.json`. */
export interface ExportRecords {
  /** Whatever was written to that folder before is forgotten. */
  add(request: ExportRequest, addresses: Record<string, string>): Promise<void>
  /**
   * Those that are still there and name an address that isn't served. A folder that didn't answer isn't asked again: each
   * question could leave a process that can't be killed. Throws as isExported.
   */
  outdated(served: Record<string, string>, signal: AbortSignal): Promise<OutdatedExport[]>
  /** Called after each `add`. */
  onAdded(listener: () => void): void
}

/** The records only serve to warn: those that can't be read are none, and what can't be written is lost. */
export async function openExportRecords(dataDir: string): Promise<ExportRecords> {
  const file = join(dataDir, FILE)
  const records = new Map(await readRecords(file))
  const listeners: (() => void)[] = []
  const silent = new Set<string>()
  let writing = Promise.resolve()
  return {
    async add({ folder, layout }, addresses) {
      records.set(folder, { layout, addresses })
      silent.delete(folder)
      const text = `${JSON.stringify(Object.fromEntries(records), null, 2)}\n`
      writing = writing.then(() => replaceFile(file, text)).catch(() => undefined)
      for (const listener of listeners) listener()
      await writing
    },
    async outdated(served, signal) {
      const found: OutdatedExport[] = []
      for (const [folder, { layout, addresses }] of records) {
        const gone = Object.entries(addresses).flatMap(([name, address]) => (served[name] === address ? [] : [address]))
        if (gone.length === 0 || silent.has(folder)) continue
        const isThere = await isExported(folder, signal)
        if (isThere === undefined) silent.add(folder)
        if (isThere !== true) continue
        const error = new PeerError('EXPORT_OUTDATED', { folder, addresses: gone })
        found.push({ folder, layout, error: error.toJSON() })
      }
      return found
    },
    onAdded: (listener) => void listeners.push(listener),
  }
}

/**
 * Keep the peer's state in line with the records, whenever an address or a record changes. Nobody waits for it: a record
 * may lie on a network drive that is gone.
 */
export function followExports(
  records: ExportRecords,
  { facts, logs }: Pick<Storage, 'facts' | 'logs'>,
  disposers: Disposers,
): void {
  const closing = new AbortController()
  const { signal } = closing
  const tell = async () => {
    const { services, authorities } = facts.state()
    // A peer that serves nobody, such as one for a single call, says nothing about where the next one will be.
    if (Object.keys(services.peers).length === 0) return
    const outdated = await records.outdated(addressesByService(services, authorities), signal)
    const { outdatedExports } = facts.state()
    if (JSON.stringify(outdated) !== JSON.stringify(outdatedExports)) facts.emit({ type: 'exports', outdated })
  }
  let telling = Promise.resolve()
  let isNext = false
  const again = () => {
    // What changes until it begins is told with it.
    if (isNext) return
    isNext = true
    telling = telling
      .then(() => {
        isNext = false
        return tell()
      })
      .catch((error: unknown) => {
        if (signal.aborted) return
        const text = `Whether exported files are out of date isn't known: ${PeerError.from(error).message}`
        logs.append({ at: now(), source: 'peer', text })
      })
  }
  again()
  records.onAdded(again)
  const subscription = facts.subscribe(({ type }) => {
    if (type === 'services' || type === 'authorities') again()
  })
  disposers.defer(async () => {
    subscription.unsubscribe()
    closing.abort()
    await telling
  })
}

/** `peer of Org1MSP` → `127.0.0.1:7051`, and so on. Pure. */
export function addressesByService(
  { peers, orderer }: Pick<ServicesState, 'peers' | 'orderer'>,
  authorities: Record<string, AuthorityState>,
): Record<string, string> {
  return Object.fromEntries([
    ...Object.entries(peers).map(([mspId, address]) => [`peer of ${mspId}`, address] as const),
    ...(orderer === undefined ? [] : [['orderer', orderer] as const]),
    ...Object.entries(authorities).map(([mspId, { url }]) => [`CA of ${mspId}`, url] as const),
  ])
}

async function readRecords(file: string): Promise<[string, Exported][]> {
  try {
    const read = JSON.parse(await readFile(file, 'utf8')) as Record<string, Partial<Exported> | null>
    return Object.entries(read).flatMap(([folder, record]) =>
      record?.layout === undefined || typeof (record.addresses ?? undefined) !== 'object'
        ? []
        : [[folder, { layout: record.layout, addresses: record.addresses }] as [string, Exported]],
    )
  } catch {
    return []
  }
}
