/*
 * `import … from 'slipway'`: the part of core that a test suite uses. Its types are rolled up into one file without
 * imports (build/declarations.mjs), so nothing here may show a library's type, as the core's own Peer does.
 */
import { resolve } from 'node:path'
import type { PeerApi } from '../../core/contract/api.ts'
import type { PeerEvent } from '../../core/contract/events.ts'
import type { PeerState } from '../../core/contract/state.ts'
import type { PeerSettings } from '../../core/index.ts'
import { afterCrash } from '../host/after-crash.ts'

/** A running development peer. */
export interface Peer extends AsyncDisposable {
  readonly api: PeerApi
  /** The state now and every event after it, with no gap between the two. */
  subscribe(listener: (event: PeerEvent) => void): { state: PeerState; unsubscribe(): void }
  /** Stop everything that was started, in reverse order. Idempotent. Throws the first error. */
  close(): Promise<void>
}

/**
 * Start a development peer. Its ledger, identities and builds lie in `dataDir`: a new folder is an empty ledger.
 *
 * @example
 * await using peer = await startPeer({ dataDir: '/tmp/asset-test' })
 * const { name } = await peer.api.openChaincode({ folder: '/home/ann/asset', watch: false })
 * const { payload } = await peer.api.submit({ chaincode: name, function: 'ReadAsset', args: ['asset1'] })
 *
 * @throws PeerError LEDGER_LOCKED, LEDGER_OPEN, IDENTITY_DAMAGED, PORT_UNAVAILABLE
 */
export async function startPeer(settings: PeerSettings): Promise<Peer> {
  const core = await import('../../core/index.ts')
  const { dataDir, vm } = settings
  return core.startPeer({ afterCrash: afterCrash(resolve(dataDir), vm?.docker?.endpoint), ...settings })
}

/** The state after an event that `subscribe` reported. */
export { apply } from '../../core/contract/apply.ts'

/** What every failed command throws: branch on its `code`. */
export { PeerError } from '../../core/contract/error.ts'

export type { OpenChaincode } from '../../core/contract/api.ts'
export type { CallRequest, CallResult } from '../../core/contract/call.ts'
export type { ErrorCode } from '../../core/contract/error.ts'
export type { PeerApi, PeerEvent, PeerSettings, PeerState }
