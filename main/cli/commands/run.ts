import { once } from 'node:events'
import { join, resolve } from 'node:path'
import type { PeerNews } from '../../../core/contract/api.ts'
import { applyNews } from '../../../core/contract/apply.ts'
import type { PeerErrorData } from '../../../core/contract/error.ts'
import type { PeerEvent } from '../../../core/contract/events.ts'
import type { PeerState } from '../../../core/contract/state.ts'
import { messageOf } from '../../../core/contract/error-message.ts'
import { openDoor } from '../../host/door.ts'
import { startHost, type Host } from '../../host/host.ts'
import { say, threeParts } from '../../host/say.ts'
import { keepHeapSmall } from '../../host/small-heap.ts'
import { trustedFolders } from '../../host/trusted-folders.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { newDebuggerWords } from '../terminal/debugger-words.ts'
import { followLogs, withOrigin } from '../terminal/follow-logs.ts'
import { newLongWork, type LongWork } from '../terminal/long-work.ts'
import { printLine, sayOutput } from '../terminal/print.ts'
import { describeEvent, describeState } from '../terminal/progress.ts'
import { foldersToOpen, type RunOptions } from './options.ts'
import { claimReadyFile, readyReport, type ReadyReport } from './ready-file.ts'

/**
 * `slipway run FOLDER…`: launch, watch, and keep running through failed builds until interrupted. Events and what the
 * chaincode prints go to stderr; with `--json` the state and every event also go to stdout. Once every chaincode is
 * ready, a line and the ready file say so.
 */
export async function run(folders: string[], options: RunOptions, signal: AbortSignal): Promise<number> {
  const toOpen = foldersToOpen(folders, options)
  const long = newLongWork(say)
  keepHeapSmall()
  const readyFile = options.readyFile === undefined ? undefined : await claimReadyFile(resolve(options.readyFile))
  const host = startHost({
    door: 'browser',
    dataDir: options.dataDir && resolve(options.dataDir),
    trusted: trustedFolders({ trustsAll: options.trust }),
  })
  try {
    // For `slipway submit` and `evaluate` in another terminal; it has no pages.
    const door = await openDoor(host)
    try {
      await host.announce(door.announcement)
      host.subscribe(reporter(host, options, long))
      if (options.takeOver === true) host.subscribe(letTakeOver(host))
      await host.open(toOpen, signal)
      if (options.define === true) await defineAgain(host)
      const ready = await untilReady(host, signal)
      if (ready !== undefined) {
        if (readyFile !== undefined)
          await readyFile.write(await withExport(readyReport(ready, door.announcement), host))
        say(`Ready: ${Object.keys(ready.chaincodes).join(', ')}`)
      }
      if (!signal.aborted) await once(signal, 'abort')
      return exitCode.good
    } finally {
      await Promise.all([readyFile?.remove(), door.close()])
    }
  } finally {
    long.close()
    await host.close()
  }
}

const exportFolder = (dataDir: string) => join(dataDir, 'export')

/** A suite finds the files of its client applications beside the data. */
async function withExport(report: ReadyReport, { api }: Host): Promise<ReadyReport> {
  const { folder } = await api.writeExport({
    folder: exportFolder(report.dataDir),
    layout: 'application',
    force: true,
  })
  return { ...report, exported: folder }
}

/**
 * The state in which every chaincode is ready for the first time; undefined if interrupted before. Without a deadline:
 * the author may have a build to fix, or a chaincode to start.
 */
async function untilReady(host: Host, signal: AbortSignal): Promise<PeerState | undefined> {
  let state: PeerState | undefined
  let unsubscribe: (() => void) | undefined
  try {
    return await new Promise((settle) => {
      signal.addEventListener('abort', () => settle(undefined), { once: true })
      if (signal.aborted) return settle(undefined)
      unsubscribe = host.subscribe((news) => {
        state = applyNews(state, news)
        if (state !== undefined && isReady(state)) settle(state)
      })
    })
  } finally {
    unsubscribe?.()
  }
}

function isReady({ chaincodes }: PeerState): boolean {
  const open = Object.values(chaincodes)
  return open.length > 0 && open.every(({ registration }) => registration.state === 'ready')
}

/** What was defined by hand when it was opened is defined as its folder says; what is from then on stays. */
async function defineAgain(host: Host): Promise<void> {
  let state: PeerState | undefined
  host.subscribe((news) => (state = applyNews(state, news)))()
  for (const { name, definedByHand } of Object.values(state?.chaincodes ?? {})) {
    if (definedByHand.length === 0) continue
    await host.api.defineChaincode({ name }).catch((error: unknown) => say(messageOf(error)))
  }
}

/** Whoever wants to take over a name may: that is what its author has asked for. */
function letTakeOver({ api }: Host): (news: PeerNews) => void {
  return (news) => {
    if (news.type !== 'event' || news.event.type !== 'takeover' || news.event.takeover === undefined) return
    const { name, takeover } = news.event
    // It may have hung up meanwhile, which is reported as it is.
    api.answerTakeover({ name, id: takeover.id, accept: true }).catch(() => undefined)
  }
}

/** Keeps the state, because how an event is described depends on it. */
function reporter(
  host: Host,
  { json = false, quiet = false, readyFile }: RunOptions,
  long: LongWork,
): (news: PeerNews) => void {
  let state: PeerState | undefined
  const sayOutdated = ({ outdatedExports, peer: { dataDir } }: PeerState, news: PeerEvent['type'] | 'snapshot') => {
    if (news !== 'exports' && news !== 'snapshot') return
    for (const { folder, error } of outdatedExports) {
      // What is written with the ready file is about to be written again.
      if (readyFile === undefined || folder !== exportFolder(dataDir)) say(threeParts(error))
    }
  }
  const tellOfDebugger = newDebuggerWords(say, { places: true })
  const logs = followLogs(host.api.readLogs, (line) => {
    if (line.source !== 'chaincode' || quiet) return
    say(`${[line.chaincode ?? line.source, line.organisation].filter(Boolean).join(' ')} | ${withOrigin(line)}`)
  })
  return (news) => {
    state = applyNews(state, news)
    if (state === undefined) return
    if (news.type === 'snapshot') {
      if (json) printLine({ type: 'snapshot', state })
      for (const text of describeState(state)) say(text)
      sayOutdated(state, 'snapshot')
      tellOfDebugger(state)
      return
    }
    const { event } = news
    if (json) printLine(event)
    // What the chaincode prints is shown as it comes, and what tools print only if they fail.
    if (event.type === 'chaincode.error' && event.error !== undefined && !quiet && isOfTool(event.error)) {
      sayOutput(event.error)
    }
    for (const text of describeEvent(state, event)) say(text)
    sayOutdated(state, event.type)
    if (event.type === 'debugger' || event.type === 'chaincode.changed') tellOfDebugger(state)
    if (event.type === 'launch.step') long.step(event.name, event.step)
    if (event.type === 'logs') logs.to(event.logs)
  }
}

function isOfTool({ code }: PeerErrorData): boolean {
  return code === 'BUILD_FAILED' || code === 'INSTALL_FAILED' || code === 'IMAGE_BUILD_FAILED'
}
