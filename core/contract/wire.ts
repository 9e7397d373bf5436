import type { ApiName, Outcome, PeerNews } from './api.ts'

/**
 * The protocol between a host and a door, on top of birpc: two verbs, `call` and `listen`.
 * birpc's own timeouts are off on both sides, because a debugger may hold a call as long as it likes.
 */

/** The functions a host offers to each door. */
export interface HostFunctions {
  /**
   * Run an api command. Doesn't reject when the command throws: the error is in the `Outcome`.
   * `id` is chosen by the door, unique on this wire, and identifies the call to `cancel`.
   */
  call(id: number, name: ApiName, args: unknown): Promise<Outcome<unknown>>
  /** Abort a call; its outcome is then ABORTED. Ignores an id that is unknown or already answered. */
  cancel(id: number): void
  /**
   * Start sending this door news: a snapshot, then every event after it, in order. Called again, it starts over with a
   * new snapshot; a wire never has more than one stream of news.
   */
  listen(): void
}

/** The functions a door offers to its host. All are events, without an answer. */
export interface DoorFunctions {
  news(news: PeerNews): void
}

const NO_TIMEOUT = -1

/** birpc's options at the host's end. */
export const hostEnd: { eventNames: (keyof DoorFunctions)[]; timeout: number } = {
  eventNames: ['news'],
  timeout: NO_TIMEOUT,
}

/** birpc's options at a door's end. */
export const doorEnd: { eventNames: (keyof HostFunctions)[]; timeout: number } = {
  eventNames: ['cancel', 'listen'],
  timeout: NO_TIMEOUT,
}
