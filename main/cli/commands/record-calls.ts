import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Api, OpenChaincode } from '../../../core/contract/api.ts'
import type { CallRecord } from '../../../core/contract/call.ts'
import { messageOf } from '../../../core/contract/error-message.ts'
import { PeerError } from '../../../core/contract/error.ts'
import { startHost } from '../../host/host.ts'
import { readPeerFile } from '../../host/peer-file.ts'
import { connectPeer } from '../../host/remote-peer.ts'
import { trustedFolders } from '../../host/trusted-folders.ts'
import { chaincodeIn } from './call.ts'
import { dataDirOf, type ChaincodeOptions } from './options.ts'

/** A scenario that nobody reads to its end is of no use. */
const MOST_CALLS = 200

/**
 * Write a scenario of the calls made so far, oldest first; at most the newest 200. Resolves with its file and how many
 * calls it has. Throws SCENARIO_UNWRITABLE if there is one of that name, SCENARIO_DUPLICATE if there are two, USAGE for a
 * name that is none or if no call was made, and what opening the folder's data throws.
 */
export async function recordCalls(
  name: string,
  toOpen: OpenChaincode,
  options: ChaincodeOptions,
  signal: AbortSignal,
): Promise<{ file: string; calls: number }> {
  const { recordedScenario, scenarioFile, SCENARIO_NAME } = await import('../../../core/index.ts')
  const scenario = await scenarioFile(resolve(toOpen.folder), name)
  if (scenario === undefined) throw new PeerError('USAGE', { message: `--record takes a name of ${SCENARIO_NAME}.` })
  const { file } = scenario
  const { chaincode, calls } = await callsOf(toOpen, options, signal)
  const done = calls
    .filter(({ outcome }) => outcome.state === 'done')
    .slice(0, MOST_CALLS)
    .reverse()
  if (done.length === 0) {
    throw new PeerError('USAGE', {
      message: `No call of ${chaincode} was made yet, so there is nothing to record.`,
      do: 'Make some calls, in the window or with `slipway submit`, and record them then.',
    })
  }
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, recordedScenario(scenario.name, chaincode, done), { flag: 'wx' })
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    const reason = exists ? 'There is a file of that name already.' : messageOf(error)
    throw new PeerError('SCENARIO_UNWRITABLE', { file, reason }, { cause: error })
  }
  return { file, calls: done.length }
}

/** From the peer that runs for the folder, or from its data. */
async function callsOf(
  toOpen: OpenChaincode,
  options: ChaincodeOptions,
  signal: AbortSignal,
): Promise<{ chaincode: string; calls: CallRecord[] }> {
  const dataDir = dataDirOf(toOpen.folder, options)
  const announced = await readPeerFile(dataDir)
  const running = announced && (await connectPeer(announced))
  if (running !== undefined) {
    try {
      const open = await chaincodeIn(running.state, toOpen.folder, options)
      const { name } = open ?? (await running.api.openChaincode(toOpen, signal))
      return { chaincode: name, calls: await readCalls(running.api, name, signal) }
    } finally {
      running.close()
    }
  }
  const host = startHost({
    door: 'browser',
    dataDir,
    prewarm: false,
    servesClients: false,
    trusted: trustedFolders({ trustsAll: options.trust }),
  })
  try {
    const [chaincode = ''] = await host.open([{ ...toOpen, watch: false, launch: false }], signal)
    return { chaincode, calls: await readCalls(host.api, chaincode, signal) }
  } finally {
    await host.close()
  }
}

/** Newest first. */
function readCalls(api: Api, chaincode: string, signal: AbortSignal): Promise<CallRecord[]> {
  return api.readCalls({ chaincode, limit: MOST_CALLS }, signal)
}
