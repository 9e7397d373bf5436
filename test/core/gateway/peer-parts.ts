import { openCallLog, type CallLog } from '../../../core/calls/call-log.ts'
import type { TransactionParams } from '../../../core/chaincode/transaction-params.ts'
import { newCommitter } from '../../../core/committer/committer.ts'
import type { CallRequest } from '../../../core/contract/call.ts'
import type { ChaincodeDefinition, Execute, Execution } from '../../../core/endorser/endorser.ts'
import { createGateway, type Gateway } from '../../../core/gateway/gateway.ts'
import { openLedgers, type Ledgers } from '../../../core/ledger/ledgers.ts'
import type { TxSimulator } from '../../../core/ledger/ledger.ts'
import { openIdentities, type Identities } from '../../../core/msp/dev-ca.ts'
import { startOrderer, type Orderer } from '../../../core/orderer/orderer.ts'
import { ChaincodeEvent, Response, type ChaincodeInput } from '../../../core/protos/index.ts'

export const CHANNEL = 'ch1'
export const CHAINCODE = 'asset'

/** A transaction function that works on the simulator as a handler does on behalf of a chaincode. */
export type TransactionFunction = (stub: {
  simulator: TxSimulator
  args: string[]
  params: TransactionParams
  signal: AbortSignal | undefined
}) => Promise<Answer> | Answer
export interface Answer {
  status?: number
  message?: string
  payload?: string | Uint8Array
  event?: { name: string; payload: string }
}

/** Everything behind the gateway, real, on a data folder; only the chaincode's process is a function. */
export interface PeerParts extends AsyncDisposable {
  ledgers: Ledgers
  identities: Identities
  orderer: Orderer
  calls: CallLog
  gateway: Gateway
  blocks: { number: number; size: number }[]
  definition: ChaincodeDefinition
  execute: Execute
  submit(fn: string, ...args: string[]): ReturnType<Gateway['submit']>
  evaluate(fn: string, ...args: string[]): ReturnType<Gateway['evaluate']>
}

export async function startParts(dataDir: string, functions: Record<string, TransactionFunction>): Promise<PeerParts> {
  const ledgers = await openLedgers(dataDir)
  const identities = await openIdentities(dataDir, 'Org1MSP')
  const blocks: PeerParts['blocks'] = []
  const committer = newCommitter(ledgers.ledger(CHANNEL))
  const orderer = startOrderer(committer, (_channel, block) =>
    blocks.push({ number: block.number, size: block.transactions.length }),
  )
  const calls = await openCallLog(ledgers.store, () => undefined)
  const definition: ChaincodeDefinition = {
    name: CHAINCODE,
    version: '1.0',
    channel: CHANNEL,
    systemChaincode: false,
    initRequired: false,
  }
  const execute = executeOn(functions)
  const gateway = createGateway({
    definition: () => definition,
    ledger: (channel) => ledgers.ledger(channel),
    committer: () => committer,
    orderer: () => orderer,
    execute,
    identities,
    calls,
  })
  const request = (fn: string, args: string[]): CallRequest => ({ chaincode: CHAINCODE, function: fn, args })
  return {
    ledgers,
    identities,
    orderer,
    calls,
    gateway,
    blocks,
    definition,
    execute,
    submit: (fn, ...args) => gateway.submit(request(fn, args)),
    evaluate: (fn, ...args) => gateway.evaluate(request(fn, args)),
    async [Symbol.asyncDispose]() {
      await orderer.close()
      await calls.close()
      await ledgers.close()
    },
  }
}

function executeOn(functions: Record<string, TransactionFunction>): Execute {
  return async (params: TransactionParams, input: ChaincodeInput, options): Promise<Execution> => {
    const [name = '', ...args] = input.getArgsList_asU8().map((arg) => Buffer.from(arg).toString('utf8'))
    const run = functions[name]
    if (run === undefined) throw new Error(`no function ${name}`)
    const answer = await run({ simulator: params.simulator, args, params, signal: options.signal })
    const response = new Response()
    response.setStatus(answer.status ?? 200)
    response.setMessage(answer.message ?? '')
    response.setPayload(Buffer.from(answer.payload ?? ''))
    const event = answer.event && new ChaincodeEvent()
    event?.setEventName(answer.event?.name ?? '')
    event?.setPayload(Buffer.from(answer.event?.payload ?? ''))
    return { response, event, executedAt: 0, chaincodeMs: 0 }
  }
}

export const bytes = (text: string): Uint8Array => Buffer.from(text)
export const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value).toString('utf8')
