import type { LogFilter, LogLine, LogPage, ReadLogs } from '../contract/log.ts'
import type { PeerFact } from '../contract/events.ts'
import type { LogsState } from '../contract/state.ts'
import { FilterView } from './filter-view.ts'
import { LineBlocks, type NewLine } from './line-blocks.ts'

const MAX_LINES = 1_000_000
const MAX_CHARACTERS = 48_000_000
const MAX_PAGE = 2_000
/** Filters whose results are kept: paging and following then cost only what is new. */
const MAX_VIEWS = 4
const ANNOUNCE_MS = 50

/** All output in the order it came: build, chaincode, peer. Bounded by lines and characters; the oldest lines go first. */
export interface LogStore {
  append(line: NewLine): void
  read(query: ReadLogs): LogPage
  /** Lines of one chaincode's process between two times, both inclusive. */
  between(chaincode: string, from: number, to: number): LogLine[]
  /** Forget all lines; numbering goes on. */
  clear(): void
  state(): LogsState
  /** Stop announcing. Idempotent; the lines held can still be read. */
  close(): void
}

/**
 * A LogStore that announces its counts as `logs` facts: after a quiet time at once, then at most every 50 ms, however
 * many lines come. By default it holds at most 1,000,000 lines and 48 million characters.
 */
export function newLogStore(
  emit: (fact: PeerFact) => void,
  limits = { lines: MAX_LINES, characters: MAX_CHARACTERS },
): LogStore {
  const blocks = new LineBlocks(limits)
  /** Most recently used last. */
  const views = new Map<string, FilterView>()
  const announcer = newAnnouncer(() => emit({ type: 'logs', logs: state() }))

  function state(): LogsState {
    return { count: blocks.count, first: blocks.first }
  }

  function viewOf(filter: LogFilter): FilterView {
    const key = keyOf(filter)
    const view = views.get(key) ?? new FilterView(blocks, filter, widerView(views, filter))
    views.delete(key)
    views.set(key, view)
    for (const oldest of [...views.keys()].slice(0, -MAX_VIEWS)) views.delete(oldest)
    view.update()
    return view
  }

  return {
    append(line) {
      blocks.append(line)
      announcer.changed()
    },
    read({ filter, from, limit }) {
      const { sources, chaincode, stream, search } = filter
      const everything = sources === undefined && chaincode === undefined && stream === undefined && !search
      const view = everything ? undefined : viewOf(filter)
      const total = view?.total ?? blocks.count - blocks.first + 1
      const start = Math.min(Math.max(0, from < 0 ? total + from : from), total)
      const end = Math.min(total, start + Math.min(Math.max(0, limit), MAX_PAGE))
      const seqs = view?.slice(start, end) ?? Array.from({ length: end - start }, (_, i) => blocks.first + start + i)
      return { total, from: start, lines: seqs.map((seq) => blocks.line(seq)) }
    },
    between(chaincode, from, to) {
      return blocks
        .between(from, to)
        .map((seq) => blocks.line(seq))
        .filter((line) => line.source === 'chaincode' && line.chaincode === chaincode)
    },
    clear() {
      blocks.clear()
      views.clear()
      announcer.changed()
    },
    state,
    close: () => announcer.close(),
  }
}

/** The view with the same sources, chaincode and stream and the longest search that this one's begins with, if any. */
function widerView(views: Map<string, FilterView>, filter: LogFilter): FilterView | undefined {
  const search = filter.search ?? ''
  for (let length = search.length - 1; length > 0; length--) {
    const view = views.get(keyOf({ ...filter, search: search.slice(0, length) }))
    if (view !== undefined) return view
  }
  return undefined
}

function keyOf({ sources, chaincode, stream, search }: LogFilter): string {
  return JSON.stringify([sources?.toSorted() ?? null, chaincode ?? null, stream ?? null, search ?? ''])
}

function newAnnouncer(announce: () => void): { changed(): void; close(): void } {
  let timer: NodeJS.Timeout | undefined
  let pending = false
  let closed = false

  function announceNow(): void {
    pending = false
    timer = setTimeout(() => {
      timer = undefined
      if (pending) announceNow()
    }, ANNOUNCE_MS)
    announce()
  }

  return {
    changed() {
      if (closed) return
      if (timer === undefined) announceNow()
      else pending = true
    },
    close() {
      closed = true
      clearTimeout(timer)
      timer = undefined
    },
  }
}
