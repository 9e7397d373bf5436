import { once } from 'node:events'
import { resolve } from 'node:path'
import type { PeerNews } from '../../../core/contract/api.ts'
import { apply } from '../../../core/contract/apply.ts'
import type { PeerState } from '../../../core/contract/state.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { followLogs } from '../terminal/follow-logs.ts'
import { startHost, type Host } from '../../host/host.ts'
import { openDoor } from '../../host/door.ts'
import { tellProgress, tellState } from '../terminal/progress.ts'
import { say } from '../terminal/print.ts'
import { foldersToOpen, type RunOptions } from './options.ts'

/**
 * `slipway run FOLDER…`: launch, watch, and keep running through failed builds, until it is interrupted. Says on
 * stderr what happens and what the chaincode prints; with `--json` the state and every event also go to stdout.
 */
export async function run(folders: string[], options: RunOptions, signal: AbortSignal): Promise<number> {
  const toOpen = foldersToOpen(folders, options)
  const host = startHost({
    door: 'browser',
    ...(options.dataDir === undefined ? {} : { dataDir: resolve(options.dataDir) }),
  })
  try {
    // For `slipway submit` and `evaluate` from another terminal; it shows no page.
    const door = await openDoor(host)
    try {
      await host.announce(door.announcement)
      host.subscribe(teller(host, options.json === true))
      await host.open(toOpen, signal)
      if (!signal.aborted) await once(signal, 'abort')
      return exitCode.good
    } finally {
      await door.close()
    }
  } finally {
    await host.close()
  }
}

/** Keeps a copy of the state, because what an event means to a person depends on it. */
function teller(host: Host, json: boolean): (news: PeerNews) => void {
  let state: PeerState | undefined
  const logs = followLogs(host.api.readLogs, (line) => {
    if (line.source === 'chaincode') say(`${line.chaincode ?? line.source} | ${line.text}`)
  })
  return (news) => {
    if (news.type === 'snapshot') {
      state = news.state
      if (state === undefined) return
      if (json) printLine({ type: 'snapshot', state })
      for (const text of tellState(state)) say(text)
      return
    }
    if (state === undefined) return
    const { event } = news
    state = apply(state, event)
    if (json) printLine(event)
    for (const text of tellProgress(state, event)) say(text)
    if (event.type === 'logs') logs.to(event.logs)
  }
}

function printLine(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document)}\n`)
}
