import { realpath } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Api, OpenChaincode } from '../../../core/contract/api.ts'
import { applyNews } from '../../../core/contract/apply.ts'
import type { CallRequest, CallResult } from '../../../core/contract/call.ts'
import { causePlace } from '../../../core/contract/cause.ts'
import { PeerError } from '../../../core/contract/error.ts'
import type { CallLines } from '../../../core/contract/log.ts'
import type { PeerState } from '../../../core/contract/state.ts'
import type { ChaincodeState } from '../../../core/contract/chaincode-state.ts'
import { withoutUndefined } from '../../../core/contract/without-undefined.ts'
import { readPeerFile } from '../../host/peer-file.ts'
import { say } from '../../host/say.ts'
import { trustedFolders } from '../../host/trusted-folders.ts'
import type { CallDocument } from '../terminal/documents.ts'
import { exitCodeOfResult } from '../terminal/exit-code.ts'
import { newDebuggerWords } from '../terminal/debugger-words.ts'
import { newLongWork, type LongWork } from '../terminal/long-work.ts'
import { print, printError } from '../terminal/print.ts'
import { dataDirOf, foldersToOpen, type CallOptions, type ChaincodeOptions } from './options.ts'
import { decodedAnswer, knowsOneChannel, systemArguments } from './system-call.ts'

/** A peer with the chaincode open, in this process or another. */
interface Callee {
  chaincode: string
  /** The chaincode's own channel. */
  channel: string | undefined
  api: Pick<Api, 'submit' | 'evaluate' | 'readCallLogs'>
  /** Called with its state, now and whenever that changes; absent: nobody can debug it. */
  watch?(listener: (state: PeerState) => void): void
  close(): Promise<void>
}

/** Another one-shot command may hold the ledger: for seconds, or longer if it builds first. */
const LOCKED_MS = 60_000
const LOCKED_PAUSE_MS = 150
const MANY_LINES = 200
const MORE_LINES_MS = 100

/**
 * `slipway submit` and `slipway evaluate`: one call, one JSON document on stdout, and its exit code.
 * Uses the peer that is running for the folder, or starts one and leaves nothing of it behind.
 */
export async function callOnce(
  kind: 'submit' | 'evaluate',
  folder: string,
  invocation: { function: string; args: string[] },
  options: CallOptions,
  signal: AbortSignal,
): Promise<number> {
  let callee: Callee | undefined
  const long = newLongWork(say)
  let failed = false
  try {
    const args = await systemArguments({ chaincode: options.chaincode ?? '', ...invocation })
    callee = await findCallee(folder, options, long, signal)
    const request = requestTo(callee, { ...invocation, args }, options)
    const waiting = `waiting for ${invocation.function} to answer`
    long.begins(waiting)
    callee.watch?.(newDebuggerWords(say, { places: false }))
    const result = await callee.api[kind](request, signal)
    long.ends(waiting)
    const printed = await printedLines(callee.api, result.callId, signal)
    print(resultDocument(result, printed, await decodedAnswer(request, result)), options)
    sayOutcome(result, printed)
    return exitCodeOfResult(result)
  } catch (error) {
    failed = true
    return printError(error, signal, options)
  } finally {
    long.close()
    await callee?.close().catch((error: unknown) => {
      // The call's outcome stands. What failed it, a full disk say, is not told a second time.
      if (!failed) say(PeerError.from(error).message)
    })
  }
}

/** A call that printed a lot is answered before its last lines are read. */
async function printedLines(api: Callee['api'], id: number, signal: AbortSignal): Promise<CallLines> {
  for (;;) {
    const printed = await api.readCallLogs({ id }, signal)
    if (printed.state !== 'coming' || printed.lines.length < MANY_LINES) return printed
    await sleep(MORE_LINES_MS, undefined, { signal })
  }
}

function requestTo(
  callee: Callee,
  invocation: Pick<CallRequest, 'function' | 'args'>,
  { chaincode = callee.chaincode, channel, transient, isInit, as, identity = as, endorsers }: CallOptions,
): CallRequest {
  return withoutUndefined({
    chaincode,
    ...invocation,
    transient: Object.keys(transient).length === 0 ? undefined : transient,
    isInit,
    identity,
    endorsers,
    channel: channel ?? (knowsOneChannel(chaincode) ? callee.channel : undefined),
  })
}

async function findCallee(folder: string, options: CallOptions, long: LongWork, signal: AbortSignal): Promise<Callee> {
  const until = performance.now() + LOCKED_MS
  for (let tries = 1; ; tries++) {
    const running = await connectRunning(folder, options, signal)
    if (running !== undefined) return running
    try {
      return await startOwn(folder, options, long, signal)
    } catch (error) {
      const locked = error instanceof PeerError && error.code === 'LEDGER_LOCKED'
      if (!locked || performance.now() > until) throw error
      if (tries === 1) say('Another Slipway is using this folder; waiting until it exits or answers.')
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
    const { name } = open ?? (await openThere(peer.api, toOpen, options, signal))
    return {
      chaincode: name,
      channel: peer.state?.chaincodes[name]?.channel,
      api: peer.api,
      watch: (listener) => peer.watch(listener),
      close: async () => peer.close(),
    }
  } catch (error) {
    peer.close()
    throw error
  }
}

/** Open a folder in the running peer; `--trust` is remembered where that one looks too. */
async function openThere(
  api: Api,
  toOpen: OpenChaincode,
  { trust }: CallOptions,
  signal: AbortSignal,
): Promise<{ name: string }> {
  const { readFolder } = await import('../../../core/index.ts')
  await readFolder(toOpen, trustedFolders({ trustsAll: trust }).check)
  return api.openChaincode(toOpen, signal)
}

/** The chaincode of this folder that the running peer has open. Throws USAGE if its settings differ from the options. */
export async function chaincodeIn(
  state: PeerState | undefined,
  folder: string,
  options: ChaincodeOptions,
): Promise<ChaincodeState | undefined> {
  const path = await realpath(folder).catch(() => resolve(folder))
  const here = []
  for (const chaincode of Object.values(state?.chaincodes ?? {})) {
    const chaincodePath = await realpath(chaincode.folder).catch(() => chaincode.folder)
    // A slipway.yaml may list chaincodes of subfolders.
    if (chaincodePath === path || chaincodePath.startsWith(path + sep)) here.push(chaincode)
  }
  const [match, ...others] = options.name === undefined ? here : here.filter(({ name }) => name === options.name)
  if (match === undefined) return undefined
  if (others.length > 0) throw chooseOne(here.map(({ name }) => name))
  checkSettings(match, options, state?.peer.pid ?? 0)
  return match
}

function checkSettings(chaincode: ChaincodeState, options: ChaincodeOptions, pid: number): void {
  const { name, mode, channels } = chaincode
  if (options.mode !== undefined && options.mode !== mode) {
    throw new PeerError('MODE_DIFFERS', { name, mode, wanted: options.mode, pid })
  }
  for (const setting of ['version', 'channel'] as const) {
    const option = options[setting]
    if (option === undefined || option === chaincode[setting]) continue
    if (setting === 'channel' && channels.includes(option)) continue
    const message = `The running peer has ${name} with ${setting} ${chaincode[setting]}, not ${option} as --${setting} says.`
    throw new PeerError('USAGE', { message })
  }
}

function chooseOne(names: string[]): PeerError {
  return new PeerError('USAGE', {
    message: `The folder has several chaincodes; choose with --name: ${names.join(', ')}.`,
  })
}

/** A peer of our own, without watching and without a warm process: it exits after one call. */
async function startOwn(folder: string, options: CallOptions, long: LongWork, signal: AbortSignal): Promise<Callee> {
  const { startHost } = await import('../../host/host.ts')
  const trusted = trustedFolders({ trustsAll: options.trust })
  const host = startHost({
    door: 'browser',
    dataDir: dataDirOf(folder, options),
    prewarm: false,
    servesClients: false,
    trusted,
  })
  let state: PeerState | undefined
  host.subscribe((news) => {
    state = applyNews(state, news)
    // An installation, a build or the first image of a chaincode takes a while: say why.
    if (news.type === 'event' && news.event.type === 'launch.step') long.step(news.event.name, news.event.step)
  })
  try {
    const [chaincode, ...others] = await host.open(foldersToOpen([folder], { ...options, watch: false }), signal)
    if (chaincode === undefined) throw new PeerError('NO_PEER', {})
    if (others.length > 0) throw chooseOne([chaincode, ...others])
    return { chaincode, channel: state?.chaincodes[chaincode]?.channel, api: host.api, close: () => host.close() }
  } catch (error) {
    await host.close()
    throw error
  }
}

function resultDocument(result: CallResult, { lines, cause }: CallLines, decoded: unknown): CallDocument {
  const { txId, identity, status, message, payload, payloadEncoding, validationCode, blockNumber } = result
  const { conflict, endorsementFailure, endorsers, readWriteSet, queries, events, hints, times } = result
  return withoutUndefined({
    txId,
    identity,
    status,
    message,
    payload,
    payloadEncoding,
    validationCode,
    blockNumber,
    endorsers,
    conflict,
    endorsementFailure,
    readWriteSet,
    queries,
    events,
    hints,
    logs: lines.map(({ at, stream, text, of, places }) => withoutUndefined({ at, stream, text, of, places })),
    cause,
    durationMs: times.durationMs,
    decoded,
  })
}

function sayOutcome(result: CallResult, { cause }: CallLines): void {
  const { status, message, validationCode, conflict, endorsementFailure, hints } = result
  if (status >= 400) say(`The chaincode answered ${status}: ${message}`)
  else if (validationCode !== undefined && validationCode !== 'VALID') {
    const reason = (conflict ?? endorsementFailure)?.words
    say(`The transaction was invalidated: ${validationCode}${reason === undefined ? '' : `. ${reason}`}`)
  }
  if (cause !== undefined) say(`thrown at ${causePlace(cause) ?? ''}`)
  for (const hint of hints) say(`hint: ${hint.words}`)
}
