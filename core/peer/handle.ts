import type { PeerApi } from '../contract/api.ts'
import type { FolderToOpen } from '../custodian/read-folder.ts'
import type { Endorser } from '../endorser/process-proposal.ts'
import type { Ordered } from '../orderer/orderer.ts'
import type { PeerEvent } from '../contract/events.ts'
import type { PeerState } from '../contract/state.ts'

/** A running development peer. */
export interface Peer extends AsyncDisposable {
  readonly api: PeerApi
  /** Open a chaincode folder that has been read; as `api.openChaincode`. */
  open(folder: FolderToOpen): Promise<{ name: string }>
  /** Read the folders of these chaincodes again, and build what they say now; what is wrong is in the state. */
  reread(names: readonly string[]): Promise<void>
  /** Add a line to the log, as the peer's own: what whoever runs the peer has to say. */
  note(text: string): void
  /** Takes proposals that clients have signed themselves. */
  readonly endorser: Endorser
  /**
   * Order a transaction that a client has assembled and signed itself (Fabric's AtomicBroadcast); resolves once its
   * block is committed, whether or not it was valid. Throws CHANNEL_UNKNOWN, ORDER_REFUSED, LEDGER_*.
   */
  broadcast(channel: string, envelope: Uint8Array): Promise<Ordered>
  /** The state now and every event after it, with no gap between the two. */
  subscribe(listener: (event: PeerEvent) => void): { state: PeerState; unsubscribe(): void }
  /** Stop everything that was started, in reverse order. Idempotent. Throws the first error. */
  close(): Promise<void>
}
