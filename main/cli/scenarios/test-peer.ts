import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Api, OpenChaincode, PeerNews } from '../../../core/contract/api.ts'
import { applyNews } from '../../../core/contract/apply.ts'
import { PeerError } from '../../../core/contract/error.ts'
import type { PeerState } from '../../../core/contract/state.ts'
import type { Scenario } from '../../../core/index.ts'
import { startHost } from '../../host/host.ts'
import { say } from '../../host/say.ts'
import { trustedFolders } from '../../host/trusted-folders.ts'
import { newLongWork } from '../terminal/long-work.ts'
import { copyData } from './copy-data.ts'
import { newStarts } from './starts.ts'

/** A peer of its own with the chaincode ready; its data lies in a temporary folder, never in the author's. */
export interface TestPeer {
  readonly api: Api
  readonly chaincode: string
  /** Takes its channels to where a scenario starts. @throws PeerError SCENARIO_START, STATE_*, LEDGER_* */
  begin(scenario: Scenario): Promise<void>
  /** Launches the chaincode again. */
  restart(): Promise<void>
  /** Until the function returned is called. */
  subscribe(listener: (news: PeerNews) => void): () => void
  /** Removes its data. Idempotent. */
  close(): Promise<void>
}

interface Setting {
  trust?: boolean | undefined
  /** Start on a copy of the data in this folder; default: on nothing. */
  copyOf?: string | undefined
}

/** Throws what copying, opening and launching throw. */
export async function openTestPeer(
  toOpen: OpenChaincode,
  { trust = false, copyOf }: Setting,
  signal: AbortSignal,
): Promise<TestPeer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'slipway-test-'))
  const long = newLongWork(say)
  const host = startHost({
    door: 'browser',
    dataDir,
    prewarm: false,
    servesClients: false,
    definesAll: true,
    trusted: trustedFolders({ trustsAll: trust }),
  })
  const close = async () => {
    long.close()
    await host.close()
    await rm(dataDir, { recursive: true, force: true })
  }
  let state: PeerState | undefined
  host.subscribe((news) => {
    state = applyNews(state, news)
    if (news.type === 'event' && news.event.type === 'launch.step') long.step(news.event.name, news.event.step)
  })
  try {
    if (copyOf !== undefined) await copyData(copyOf, dataDir)
    const [chaincode] = await host.open([toOpen], signal)
    if (chaincode === undefined) throw new PeerError('NO_PEER', {})
    await host.api.launch({ name: chaincode }, signal)
    const channels = Object.keys(state?.channels ?? {})
    const own = state?.chaincodes[chaincode]?.channel ?? ''
    const begin = await newStarts({ api: host.api, channels, own, isCopy: copyOf !== undefined }, signal)
    const restart = () => host.api.restart({ name: chaincode }, signal)
    return { api: host.api, chaincode, begin, restart, subscribe: (listener) => host.subscribe(listener), close }
  } catch (error) {
    await close()
    throw error
  }
}
