import { setTimeout as sleep } from 'node:timers/promises'
import { packageChaincode } from '../ccprovider/package-chaincode.ts'
import { describeCollection } from '../privdata/collection.ts'
import type { CallLog } from '../calls/call-log.ts'
import type { CallRecord } from '../contract/call.ts'
import type { OrdererState } from '../contract/state.ts'
import { now } from '../facts/clock.ts'
import type { IdentityApi } from '../contract/identity.ts'
import { PeerError } from '../contract/error.ts'
import type { Shells } from '../container/docker/shells.ts'
import type { Custodians } from '../custodian/custodians.ts'
import { GET_METADATA, readContractMetadata } from '../endorser/contract-metadata.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { PeerCommands } from './handle.ts'
import type { Ledgers } from '../ledger/ledgers.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { LogStore } from '../logs/log-store.ts'
import type { PeerFacts } from '../facts/facts.ts'
import type { ToolChecks } from '../tools/check-tools.ts'

/** On a busy machine lines are still on their way for so long when the answer has come through the stream. */
const LATE_LINES_MS = 250
/** How long they are waited for: those of a process come through a pipe, those of a container through the engine. */
const PATIENCE_MS = { dev: 20, net: 60 }
/** What comes so soon after the answer is of this call, even if the next one has begun. */
const SOON_MS = 20

/** A longer wait is a call that seems to hang. */
const MAX_BATCH_TIMEOUT_MS = 600_000

export interface PeerApiParts {
  custodians: Custodians
  gateway: Gateway
  calls: CallLog
  logs: LogStore
  tools: ToolChecks
  facts: PeerFacts
  ledgers: Ledgers
  setOrderer: (orderer: OrdererState) => Promise<void>
  shells: Shells
  identities: IdentityApi
  /** `chaincode.buildtimeout`. */
  buildTimeoutMs: number
}

/** What doors may ask, each in terms of the part that does it. */
export function peerApi({
  custodians,
  gateway,
  calls,
  logs,
  tools,
  facts,
  ledgers,
  setOrderer,
  shells,
  identities,
  buildTimeoutMs,
}: PeerApiParts): PeerCommands {
  const ledgerOf = (channel: string): Ledger => {
    const known = Object.keys(facts.state().channels)
    if (!known.includes(channel)) throw new PeerError('CHANNEL_UNKNOWN', { channel, known })
    return ledgers.ledger(channel)
  }

  /** From when on what it prints is of the next call; never while this one was answered. */
  const beginOfNext = (id: number, chaincode: string, answered: number): number => {
    const next = calls.readOne(id + 1)
    return next?.request.chaincode === chaincode ? Math.max(answered + SOON_MS, next.at) : Infinity
  }

  return {
    openChaincode: async (args) => custodians.open(args),
    closeChaincode: async ({ name }) => custodians.close(name),
    launch: async ({ name }, signal) => custodians.get(name).launch(signal),
    restart: async ({ name }) => custodians.get(name).restart(),
    stop: async ({ name }) => custodians.get(name).stop(),
    setStartedBy: async ({ name, startedBy }) => custodians.get(name).setStartedBy(startedBy),
    setMode: async ({ name, mode }) => custodians.get(name).setMode(mode),
    packageChaincode: (args, signal) =>
      packageChaincode(
        args,
        {
          project: (name) => custodians.get(name).project,
          print: (line) => logs.append('folder' in args ? line : { ...line, chaincode: args.name }),
          timeoutMs: buildTimeoutMs,
        },
        signal,
      ),
    openShell: (args, signal) => shells.open(args, signal),
    readShell: (args, signal) => shells.read(args, signal),
    writeShell: (args) => shells.write(args),
    resizeShell: (args) => shells.resize(args),
    closeShell: (args) => shells.close(args),
    setVersion: async ({ name, version }) => custodians.get(name).setVersion(version),

    submit: (request, signal) => gateway.submit(request, signal === undefined ? {} : { signal }),
    evaluate: (request, signal) => gateway.evaluate(request, signal === undefined ? {} : { signal }),
    async readContract({ name }, signal) {
      const request = { chaincode: name, function: GET_METADATA, args: [] }
      const answer = await gateway.evaluate(request, { recorded: false, ...(signal === undefined ? {} : { signal }) })
      return readContractMetadata(name, answer)
    },

    readCalls: async (query) => calls.read(query),
    readCall: async ({ id }) => calls.readOne(id),
    pinCall: async ({ id, pinned }) => calls.pin(id, pinned),
    async readCallLogs({ id }) {
      const call = calls.readOne(id)
      if (call === undefined) throw new PeerError('CALL_UNKNOWN', { id })
      const { from, to } = executionOf(call)
      const { chaincode } = call.request
      const patience = PATIENCE_MS[facts.state().chaincodes[chaincode]?.mode ?? 'dev']
      const late = to + patience - now()
      if (late > 0 && late <= patience) await sleep(late)
      return logs.between(chaincode, from, Math.min(to + LATE_LINES_MS, beginOfNext(id, chaincode, to)))
    },

    ...identities,

    readNamespaces: async ({ channel }) => ledgerOf(channel).namespaces(),
    readCollections: async ({ channel, chaincode }) => ledgerOf(channel).collections(chaincode).map(describeCollection),
    readState: async ({ channel, ...query }) => ledgerOf(channel).readState(query),
    readHistory: async ({ channel, namespace, key, limit }) => ledgerOf(channel).readHistory(namespace, key, limit),

    setOrderer: async (args) => setOrderer(batchArguments(args)),

    readLogs: async (query) => logs.read(query),
    clearLogs: async () => logs.clear(),
    checkTools: (args, signal) => tools.check(args.tools, signal),
  }
}

/** @throws PeerError ARGUMENT_INVALID */
function batchArguments({ batchTimeout, maxMessageCount }: OrdererState): OrdererState {
  const refuse = (argument: string, message: string) => new PeerError('ARGUMENT_INVALID', { argument, message })
  if (!Number.isFinite(batchTimeout) || batchTimeout < 0 || batchTimeout > MAX_BATCH_TIMEOUT_MS) {
    throw refuse('The batch timeout', `It must be between 0 and ${MAX_BATCH_TIMEOUT_MS / 1000} s.`)
  }
  if (!Number.isSafeInteger(maxMessageCount) || maxMessageCount < 1) {
    throw refuse('The number of transactions', 'It must be a whole number of at least 1.')
  }
  return { batchTimeout, maxMessageCount }
}

/** When a call was in the chaincode, as near as is known: an old call that failed, from its beginning. */
function executionOf({ at, outcome }: CallRecord): { from: number; to: number } {
  if (outcome.state === 'running') return { from: at, to: Infinity }
  if (outcome.state === 'failed') return { from: at, to: at + outcome.durationMs }
  const { executedAt, startedAt, durationMs, commitMs } = outcome.result.times
  return { from: executedAt, to: startedAt + durationMs - commitMs }
}
