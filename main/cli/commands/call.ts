import { realpath } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LogLine } from '../../../core/contract/log.ts'
import type { CallRequest, CallResult } from '../../../core/contract/call.ts'
import { PeerError } from '../../../core/contract/error.ts'
import type { ChaincodeState, PeerState } from '../../../core/contract/state.ts'
import { exitCodeOfError, exitCodeOfResult } from '../terminal/exit-code.ts'
import type { HostCommands } from '../../host/host.ts'
import { readPeerFile } from '../../host/peer-file.ts'
import { tellStep } from '../terminal/progress.ts'
import { errorDocument, print, say, sayError } from '../terminal/print.ts'
import { dataDirOf, foldersToOpen, type CallOptions } from './options.ts'
import { decodedAnswer, systemArguments, systemChannel } from './system-call.ts'

/** A peer with the chaincode open, in this process or another. */
interface Callee {
  chaincode: string
  api: Pick<HostCommands, 'submit' | 'evaluate' | 'readCallLogs'>
  close(): Promise<void>
}

/** Another one-shot command may hold the ledger; it leaves within seconds, or later where it builds first. */
const LOCKED_MS = 60_000
const LOCKED_PAUSE_MS = 150

/**
 * `slipway submit` and `slipway evaluate`: one call, one JSON document on stdout, and its exit code.
 * Uses the peer that runs for the folder already, else starts one and leaves nothing of it behind.
 */
export async function callOnce(
  kind: 'submit' | 'evaluate',
  folder: string,
  request: { function: string; args: string[] },
  options: CallOptions,
  signal: AbortSignal,
): Promise<number> {
  let callee: Callee | undefined
  try {
    const given = await systemArguments({ chaincode: options.chaincode ?? '', ...request })
    const channel = options.channel ?? (await systemChannel(folder, options))
    callee = await findCallee(folder, options, signal)
    const { api } = callee
    const chaincode = options.chaincode ?? callee.chaincode
    const { transient, isInit, as, identity = as, endorsers } = options
    const args: CallRequest = {
      chaincode,
      function: request.function,
      args: given,
      ...(Object.keys(transient).length === 0 ? {} : { transient }),
      ...(isInit === true ? { isInit } : {}),
      ...(identity === undefined ? {} : { identity }),
      ...(endorsers === undefined ? {} : { endorsers }),
      ...(channel === undefined ? {} : { channel }),
    }
    const result = await api[kind](args, signal)
    const lines = await api.readCallLogs({ id: result.callId }, signal)
    const decoded = await decodedAnswer(args, result)
    print({ ...resultDocument(result, lines), ...(decoded === undefined ? {} : { decoded }) })
    tellOutcome(result)
    return exitCodeOfResult(result)
  } catch (error) {
    print(errorDocument(error))
    // Whoever interrupted it knows.
    if (!signal.aborted) sayError(error)
    return exitCodeOfError(PeerError.from(error).code)
  } finally {
    await callee?.close()
  }
}

async function findCallee(folder: string, options: CallOptions, signal: AbortSignal): Promise<Callee> {
  const until = performance.now() + LOCKED_MS
  for (let tries = 1; ; tries++) {
    const running = await connectRunning(folder, options, signal)
    if (running !== undefined) return running
    try {
      return await startOwn(folder, options, signal)
    } catch (error) {
      const locked = error instanceof PeerError && error.code === 'LEDGER_LOCKED'
      if (!locked || performance.now() > until) throw error
      if (tries === 1) say('Another Slipway is using this folder; waiting for it to leave or to answer.')
      await sleep(LOCKED_PAUSE_MS, undefined, { signal })
    }
  }
}

async function connectRunning(folder: string, options: CallOptions, signal: AbortSignal): Promise<Callee | undefined> {
  const file = await readPeerFile(dataDirOf(folder, options))
  if (file === undefined) return undefined
  const { connectPeer } = await import('../../host/remote-peer.ts')
  const peer = await connectPeer(file)
  if (peer === undefined) return undefined
  try {
    const open = await chaincodeIn(peer.state, folder, options)
    const [toOpen = { folder: resolve(folder) }] = foldersToOpen([folder], options)
    const chaincode = open?.name ?? (await peer.call('openChaincode', toOpen, signal)).name
    return {
      chaincode,
      api: {
        submit: (args, s) => peer.call('submit', args, s),
        evaluate: (args, s) => peer.call('evaluate', args, s),
        readCallLogs: (args, s) => peer.call('readCallLogs', args, s),
      },
      close() {
        peer.close()
        return Promise.resolve()
      },
    }
  } catch (error) {
    peer.close()
    throw error
  }
}

/** The chaincode of this folder that the running peer has open. Throws USAGE where it runs otherwise than asked for. */
async function chaincodeIn(
  state: PeerState | undefined,
  folder: string,
  options: CallOptions,
): Promise<ChaincodeState | undefined> {
  const path = await realpath(folder).catch(() => resolve(folder))
  const here = []
  for (const chaincode of Object.values(state?.chaincodes ?? {})) {
    const itsPath = await realpath(chaincode.folder).catch(() => chaincode.folder)
    // A slipway.yaml may list chaincodes of subfolders.
    if (itsPath === path || itsPath.startsWith(path + sep)) here.push(chaincode)
  }
  const [found, ...others] = options.name === undefined ? here : here.filter(({ name }) => name === options.name)
  if (found === undefined) return undefined
  if (others.length > 0) throw chooseOne(here.map(({ name }) => name))
  for (const setting of ['version', 'channel', 'mode'] as const) {
    const wanted = options[setting]
    if (wanted === undefined || wanted === found[setting]) continue
    if (setting === 'channel' && found.channels.includes(wanted)) continue
    if (setting === 'mode') {
      const { name, mode } = found
      throw new PeerError('MODE_DIFFERS', { name, mode, wanted, pid: state?.peer.pid ?? 0 })
    }
    const message = `The running peer has ${found.name} with ${setting} ${found[setting]}, and --${setting} ${wanted} was given.`
    throw new PeerError('USAGE', { message })
  }
  return found
}

function chooseOne(names: string[]): PeerError {
  return new PeerError('USAGE', {
    message: `The folder has several chaincodes; choose with --name: ${names.join(', ')}.`,
  })
}

/** A peer of our own, without watching and without a warm process: it leaves after one call. */
async function startOwn(folder: string, options: CallOptions, signal: AbortSignal): Promise<Callee> {
  const { startHost } = await import('../../host/host.ts')
  const host = startHost({ door: 'browser', dataDir: dataDirOf(folder, options), prewarm: false })
  // The first image of a chaincode takes a while: whoever waits for it wants to see why.
  host.subscribe((news) => {
    if (news.type === 'event' && news.event.type === 'launch.step')
      tellStep(news.event.name, news.event.step).forEach(say)
  })
  try {
    const [chaincode, ...others] = await host.open(foldersToOpen([folder], { ...options, watch: false }), signal)
    if (chaincode === undefined) throw new PeerError('NO_PEER', {})
    if (others.length > 0) throw chooseOne([chaincode, ...others])
    return { chaincode, api: host.api, close: () => host.close() }
  } catch (error) {
    await host.close()
    throw error
  }
}

function resultDocument(result: CallResult, lines: LogLine[]) {
  const { txId, identity, status, message, payload, payloadEncoding, validationCode, blockNumber } = result
  const { conflict, endorsementFailure, endorsers, readWriteSet, queries, events, hints, times } = result
  return {
    txId,
    identity,
    status,
    message,
    payload,
    payloadEncoding,
    validationCode,
    blockNumber,
    ...(endorsers === undefined ? {} : { endorsers }),
    ...(conflict === undefined ? {} : { conflict }),
    ...(endorsementFailure === undefined ? {} : { endorsementFailure }),
    readWriteSet,
    ...(queries === undefined ? {} : { queries }),
    events,
    hints,
    logs: lines.map(({ at, stream, text }) => ({ at, stream, text })),
    durationMs: times.durationMs,
  }
}

function tellOutcome(result: CallResult): void {
  const { status, message, validationCode, conflict, endorsementFailure, hints } = result
  if (status >= 400) say(`The chaincode answered ${status}: ${message}`)
  else if (validationCode !== undefined && validationCode !== 'VALID') {
    const words = (conflict ?? endorsementFailure)?.words
    say(`The transaction was invalidated: ${validationCode}${words === undefined ? '' : `. ${words}`}`)
  }
  for (const hint of hints) say(`hint: ${hint.words}`)
}
