import type { ApiName, Outcome, PeerNews } from './api.ts'

/**
 * What crosses a wire between a host and a door, on top of birpc: two verbs, `call` and `listen`.
 * birpc's own timeouts are off on both sides: a call may last as long as a debugger is stopped in it.
 */

/** The functions a host offers to each door. */
export interface HostFunctions {
  /**
   * Run a command of the api. Never rejects for what the command threw: that is an `Outcome`.
   * `id` is the door's own number of this call, unique on this wire, and is what `cancel` names.
   */
  call(id: number, name: ApiName, args: unknown): Promise<Outcome<unknown>>
  /** Abort a call; its outcome is then ABORTED. An id that is unknown or answered is passed over. */
  cancel(id: number): void
  /**
   * From now on tell this door the news: a snapshot first, then every event after it, in order. Asked again, it
   * starts over with a new snapshot; there is never more than one stream of news on a wire.
   */
  listen(): void
}

/** The functions a door offers to its host. All are events: nothing is answered. */
export interface DoorFunctions {
  news(news: PeerNews): void
}
