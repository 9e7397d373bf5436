import type { CallRecord } from '../contract/call.ts'
import type { ChaincodeState } from '../contract/chaincode-state.ts'
import { PeerError } from '../contract/error.ts'
import type { CallLines } from '../contract/log.ts'
import type { ReplayHead, ReplayRow, ReplaySource } from '../contract/replay.ts'
import { now } from '../facts/clock.ts'
import type { PeerFacts } from '../facts/facts.ts'
import { findScenarios, readScenario } from '../scenarios/find-scenarios.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { openCopy, type Copy, type CopyParts, type Start } from './copy.ts'
import { cut, cutDifference, playCalls, playScenario, type Played, type PlayParts } from './play.ts'
import { newToldRows, type ToldRows } from './told-rows.ts'
import { changesOf, traceOf, type Trace } from './trace.ts'
import { newTxNames, type TxNames } from './tx-names.ts'

export interface ReplayParts extends CopyParts {
  facts: PeerFacts
  /** The calls of a chaincode that are pinned, oldest first. */
  pinned(chaincode: string): CallRecord[]
  /** Where a transaction stands on a channel; undefined: no block of it has it. */
  blockOf(channel: string, txId: string): number | undefined
  linesOf(copy: Copy, id: number): Promise<CallLines>
}

const MOST_LINES = 100

/** What a build's calls were answered, by what they are. */
interface Traces {
  build: number | undefined
  traces: Map<string, Trace>
}

/**
 * The replay of one chaincode: one run at a time, each on a new copy of the ledger. A newer run stops the one before it,
 * whose rows are dropped, so that what is shown was all answered by one build.
 */
export class ChaincodeReplay {
  readonly #name: string
  readonly #parts: ReplayParts
  #source: ReplaySource
  #id = 0
  #run: AbortController | undefined
  /** Every run that was begun; a stopped one still has its copy to drop. */
  #ended: Promise<void> = Promise.resolve()
  #head: ReplayHead | undefined
  #last: Traces | undefined
  #before: Traces | undefined

  constructor(name: string, source: ReplaySource, parts: ReplayParts) {
    this.#name = name
    this.#source = source
    this.#parts = parts
  }

  get source(): ReplaySource {
    return this.#source
  }

  /** Another source has nothing to be compared with. */
  choose(source: ReplaySource): void {
    this.stop()
    this.#source = source
    this.#last = this.#before = undefined
    this.#tell({ id: ++this.#id, source, state: 'waiting', total: 0, at: now() })
  }

  /** End the run under way: something newer was saved. */
  stop(): void {
    const run = this.#run
    this.#run = undefined
    if (run === undefined) return
    run.abort(new PeerError('ABORTED', { what: 'The replay' }))
    if (this.#head?.state === 'running')
      this.#tell({ ...this.#head, state: 'stopped', durationMs: now() - this.#head.at })
  }

  /** Run it on what serves now; the run before it is stopped. */
  start(): void {
    this.stop()
    this.#run = new AbortController()
    const before = this.#ended
    this.#ended = this.#play(this.#run.signal)
      .catch(() => undefined)
      .then(() => before)
  }

  /** Resolves once no run holds a copy. */
  async close(): Promise<void> {
    this.stop()
    await this.#ended
  }

  async #play(signal: AbortSignal): Promise<void> {
    const cc = this.#parts.facts.state().chaincodes[this.#name]
    if (cc === undefined) return
    const { source } = this
    const build = cc.builds.find(({ state }) => state === 'serving')?.number
    const id = ++this.#id
    const compared = this.#last?.build === build ? this.#before : this.#last
    const base = { id, source, build, comparedWith: compared?.build, at: now(), ...this.#elsewhere(source, cc) }
    const rows = newToldRows(this.#name, { id }, this.#parts.facts)
    let copy: Copy | undefined
    try {
      const what = await this.#whatToPlay(source, cc)
      signal.throwIfAborted()
      if (what === undefined) {
        this.#tellIdle({ ...base, state: 'waiting', total: 0 })
        return
      }
      this.#tell({ ...base, state: 'running', total: totalOf(what) })
      copy = await openCopy(cc.channel, this.#startOf(what, cc), this.#parts, signal)
      signal.throwIfAborted()
      this.#tell({ ...base, state: 'running', total: totalOf(what), height: copy.height })
      const played = await this.#playAll(what, copy, { rows, compared, build, signal })
      if (this.#head?.id !== id) return
      rows.tell()
      this.#tell({ ...this.#head, state: 'done', durationMs: now() - base.at })
      await this.#addLines(played, copy, rows, signal)
    } catch (error) {
      if (signal.aborted) return
      rows.tell()
      const total = this.#head?.id === id ? this.#head.total : 0
      this.#tell({
        ...base,
        state: 'failed',
        total,
        durationMs: now() - base.at,
        error: PeerError.from(error).toJSON(),
      })
    } finally {
      rows.close()
      await copy?.close()
    }
  }

  async #playAll(
    what: ToPlay,
    copy: Copy,
    {
      rows,
      compared,
      build,
      signal,
    }: { rows: ToldRows; compared: Traces | undefined; build: number | undefined; signal: AbortSignal },
  ): Promise<PlayedRow[]> {
    const traces = new Map<string, Trace>()
    const names = newTxNames()
    const all: PlayedRow[] = []
    const parts: PlayParts = {
      copy,
      chaincode: this.#name,
      signal,
      isReady: () => this.#parts.facts.state().chaincodes[this.#name]?.registration.state === 'ready',
      linesOf: (from, call) => this.#parts.linesOf(from, call),
      played: (played) => {
        if (signal.aborted) return
        const key = keyOf(played, all.length)
        const row = { ...played.row, ...this.#compared(played, key, { traces, compared, names }) }
        const { answer } = played
        all.push({ row, call: answer !== undefined && 'result' in answer ? answer.result.callId : undefined })
        rows.add(row)
      },
    }
    if ('records' in what) await playCalls(what.records, parts)
    else await playScenario(what.scenario, parts)
    signal.throwIfAborted()
    if (this.#last?.build !== build) this.#before = this.#last
    this.#last = { build, traces }
    return all
  }

  #compared(
    { answer, chaincode }: Played,
    key: string,
    { traces, compared, names }: { traces: Map<string, Trace>; compared: Traces | undefined; names: TxNames },
  ): Pick<ReplayRow, 'changes'> {
    if (answer === undefined) return {}
    if ('result' in answer) names.add(answer.result.txId)
    const trace = traceOf(answer, chaincode, names.in)
    traces.set(key, trace)
    const before = compared?.traces.get(key)
    return before === undefined ? {} : { changes: changesOf(before, trace).map(cutDifference) }
  }

  /** The lines of all calls, once the last of them has come. What can't be read is left out: the rows are true without. */
  async #addLines(all: PlayedRow[], copy: Copy, rows: ToldRows, signal: AbortSignal): Promise<void> {
    for (const [i, { row, call }] of all.entries()) {
      if (call === undefined) continue
      const read = await this.#parts.linesOf(copy, call).catch(() => undefined)
      if (signal.aborted) return
      const printed = read?.lines.slice(0, MOST_LINES).map(({ text }) => cut(text))
      if (printed !== undefined && printed.length > 0) rows.replace(i, { ...row, printed })
    }
    rows.tell()
  }

  #elsewhere({ kind }: ReplaySource, cc: ChaincodeState): { elsewhere?: number } {
    if (kind !== 'pins') return {}
    const records = this.#parts.pinned(this.#name).filter((record) => !isOn(record, cc))
    return records.length === 0 ? {} : { elsewhere: records.length }
  }

  async #whatToPlay(source: ReplaySource, cc: ChaincodeState): Promise<ToPlay | undefined> {
    if (source.kind === 'pins') {
      // A copy goes back on the chaincode's own channel alone; on another one, what these calls wrote would be there.
      const records = this.#parts.pinned(this.#name).filter((record) => isOn(record, cc))
      return records.length === 0 ? undefined : { records }
    }
    const [file] = await findScenarios(cc.folder, [source.name])
    return file && { scenario: await readScenario(file) }
  }

  /** Pinned calls begin where the first of them did, unless that was taken back. */
  #startOf(what: ToPlay, { channel }: ChaincodeState): Start {
    if ('scenario' in what) return what.scenario.start
    for (const { outcome } of what.records) {
      if (outcome.state !== 'done' || outcome.result.blockNumber === undefined) continue
      const height = this.#parts.blockOf(channel, outcome.result.txId)
      if (height !== undefined) return { kind: 'height', height }
    }
    return { kind: 'current' }
  }

  /** Where nothing was ever replayed, and nothing was left out, there is nothing to say. */
  #tellIdle(replay: ReplayHead): void {
    if (this.#head !== undefined || replay.elsewhere !== undefined) this.#tell(replay)
  }

  #tell(replay: ReplayHead): void {
    this.#head = replay
    this.#parts.facts.emit({ type: 'replay', name: this.#name, replay })
  }
}

interface PlayedRow {
  row: ReplayRow
  call: number | undefined
}

type ToPlay = { records: CallRecord[] } | { scenario: Scenario }

/** Whether a call was made on the chaincode's own channel. */
function isOn({ request }: CallRecord, { channel }: ChaincodeState): boolean {
  return (request.channel ?? channel) === channel
}

function totalOf(what: ToPlay): number {
  if ('records' in what) return what.records.length
  return what.scenario.steps.reduce((sum, step) => sum + (step.kind === 'together' ? step.calls.length : 1), 0)
}

/**
 * By what a call is found in another build's replay: a pinned one by its number, one of a scenario by its place and its
 * function. Where a scenario's file changed, that may be another call of this function, or none.
 */
function keyOf({ row }: Played, index: number): string {
  return row.call === undefined ? `${index} ${row.function}` : `call ${row.call}`
}
