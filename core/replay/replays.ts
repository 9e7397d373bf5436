import { join } from 'node:path'
import type { PeerEvent } from '../contract/events.ts'
import type { ReplaySource } from '../contract/replay.ts'
import { SCENARIOS } from '../scenarios/find-scenarios.ts'
import { watchFolder, type FolderWatch } from '../watch/folder-watch.ts'
import { ChaincodeReplay, type ReplayParts } from './chaincode-replay.ts'
import type { KeptSources } from './kept-source.ts'

/** What is replayed of each chaincode that is open. */
export interface Replays {
  /** @throws nothing: what is wrong is in the chaincode's state */
  choose(name: string, source: ReplaySource): void
  /** Once more, now. */
  again(name: string): void
  /** A call of it was pinned, or is no longer. */
  pinsChanged(name: string): void
  /** Ends the runs under way. Idempotent. */
  close(): Promise<void>
}

/** After a crash, or where a call wakes it, the same build is launched again: nothing is new. */
const NOTHING_NEW = ['crashed', 'call']

/** Runs again after each launch of a new build, and whenever the chosen scenario is saved. */
export function newReplays(parts: ReplayParts, kept: KeptSources): Replays {
  const replays = new Map<string, ChaincodeReplay>()
  const watchers = new Map<string, FolderWatch>()
  /** What was forgotten and still has something to let go. */
  const ending = new Set<Promise<void>>()
  let isClosed = false

  const serves = (name: string) =>
    parts.facts.state().chaincodes[name]?.builds.some(({ state }) => state === 'serving') === true
  const of = (name: string): ChaincodeReplay => {
    let replay = replays.get(name)
    if (replay === undefined) replays.set(name, (replay = new ChaincodeReplay(name, kept.of(name), parts)))
    return replay
  }
  const follow = (name: string) => {
    const folder = parts.facts.state().chaincodes[name]?.folder
    const isWatched = of(name).source.kind === 'scenario' && folder !== undefined
    if (isWatched === watchers.has(name)) return
    if (isWatched)
      watchers.set(
        name,
        watchFolder(join(folder, SCENARIOS), () => again(name)),
      )
    else unfollow(name)
  }
  const end = (what: { close(): Promise<void> } | undefined) => {
    if (what === undefined) return
    const ended: Promise<void> = what.close().finally(() => ending.delete(ended))
    ending.add(ended)
  }
  const unfollow = (name: string) => {
    end(watchers.get(name))
    watchers.delete(name)
  }
  const again = (name: string) => {
    if (isClosed) return
    follow(name)
    const start = () => {
      if (!isClosed && serves(name)) of(name).start()
    }
    // A save that comes after the scenario was read must not be missed.
    const watcher = watchers.get(name)
    if (watcher === undefined) start()
    else void watcher.ready.then(start)
  }
  const forget = (name: string) => {
    unfollow(name)
    end(replays.get(name))
    replays.delete(name)
  }
  const onEvent = (event: PeerEvent) => {
    if (event.type === 'chaincode.closed') forget(event.name)
    if (event.type !== 'build') return
    const { state, reason } = event.build
    if (state === 'building' || state === 'launching') {
      if (!NOTHING_NEW.includes(reason)) replays.get(event.name)?.stop()
    } else if (state === 'serving' && !NOTHING_NEW.includes(reason)) again(event.name)
  }
  const { unsubscribe } = parts.facts.subscribe(onEvent)

  return {
    choose(name, source) {
      of(name).choose(source)
      kept.keep(name, source)
      again(name)
    },
    again,
    pinsChanged(name) {
      if (of(name).source.kind === 'pins') again(name)
    },
    async close() {
      isClosed = true
      unsubscribe()
      await Promise.all([...watchers.values()].map((watcher) => watcher.close()))
      await Promise.all([...replays.values()].map((replay) => replay.close()))
      await Promise.all(ending)
    },
  }
}
