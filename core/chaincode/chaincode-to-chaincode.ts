import { PeerError } from '../contract/error.ts'
import { writtenIn } from '../ledger/described-set.ts'
import type { TxSimulator } from '../ledger/ledger.ts'
import { ChaincodeMessage, type ChaincodeEvent, type ChaincodeInput } from '../protos/index.ts'
import { readChaincodeSpec } from '../protos/shim-requests.ts'
import { checkInvocation, readDefinition, type Invocable } from './check-invocation.ts'
import type { Execution } from './execution.ts'
import { errorText, invocationText } from './invocation-text.ts'
import { PANIC, type RequestHandler } from './request-handler.ts'
import type { TransactionParams } from './transaction-params.ts'

/** What INVOKE_CHAINCODE needs of the peer. */
export interface Callee {
  /** The definition of a chaincode of the channel, which the simulator is on, or of one that runs in the peer. */
  definition(name: string, channel: string, simulator: TxSimulator): Invocable | undefined
  /** Whether it runs in the peer: then the channel's policy doesn't apply to the call. */
  isSystem(name: string): boolean
  /** A simulator on another channel's ledger; undefined if this peer doesn't have that channel. */
  simulatorOn(channel: string, txId: string, mspId: string): TxSimulator | undefined
  execute(params: TransactionParams, input: ChaincodeInput, signal: AbortSignal): Promise<Execution>
}

/**
 * INVOKE_CHAINCODE (Fabric core/chaincode/handler.go, HandleInvokeChaincode). On the same channel the callee shares
 * the caller's simulator and writes under its own namespace; on another channel it has one of its own, whose
 * writes are dropped. The callee's answer, error status and event included, travels inside the RESPONSE; shims pass on
 * the answer alone. When the caller's transaction ends before the callee has answered, so does the callee's.
 */
export function invokeChaincode(callee: Callee): RequestHandler {
  return async (request, tx) => {
    const spec = readChaincodeSpec(request.getPayload_asU8())
    const [id, input] = [spec.getChaincodeId(), spec.getInput()]
    if (id === undefined || input === undefined) throw new Error(PANIC)
    const target = parseTarget(id.getName())
    const channel = target.channel === '' ? tx.params.channelId : target.channel
    const elsewhere = channel !== tx.params.channelId
    const simulator = elsewhere ? callee.simulatorOn(channel, tx.params.txId, tx.params.mspId) : tx.params.simulator
    if (simulator === undefined) {
      const system = callee.isSystem(target.name)
      const text = system
        ? `failed to find ledger for channel: ${channel}`
        : `Failed to get policy manager for channel [${channel}]`
      throw new Error(text)
    }
    try {
      const definition = callee.definition(target.name, channel, simulator)
      if (definition === undefined) {
        readDefinition(target.name, simulator)
        const text = `[channel ${channel}] failed to get chaincode container info for ${target.name}: chaincode ${target.name} not found`
        throw new Error(`execute failed: invalid invocation: ${text}`)
      }
      const isInit = input.getIsInit()
      checkInvocation(definition, isInit, simulator)
      const params = { ...tx.params, channelId: channel, namespaceId: target.name, simulator, isInit }
      const { response, event } = await callee.execute(params, input, tx.signal)
      note(tx.params.simulator, { chaincode: target.name, event: event?.getEventName() })
      if (elsewhere) noteElsewhere(tx.params.simulator, simulator, { chaincode: target.name, channel })
      return inner(request, ChaincodeMessage.Type.COMPLETED, response.serializeBinary(), event)
    } catch (error) {
      if (!(error instanceof PeerError)) throw error
      const text = errorText(PeerError.from(error))
      if (text !== undefined) return inner(request, ChaincodeMessage.Type.ERROR, Buffer.from(text))
      throw new Error(`execute failed: ${invocationText(PeerError.from(error))}`, { cause: error })
    } finally {
      if (elsewhere) simulator.done()
    }
  }
}

/** Events belong to the caller's transaction, and shims pass none on. */
function note(
  { notes }: TxSimulator,
  { chaincode, event = '' }: { chaincode: string; event: string | undefined },
): void {
  if (event !== '') notes.calleeEvents.push({ chaincode, event })
}

/** What happened on the other channel's simulator, whose writes are dropped. */
function noteElsewhere(
  { notes }: TxSimulator,
  simulator: TxSimulator,
  callee: { chaincode: string; channel: string },
): void {
  const keys = writtenIn(simulator.results().readWriteSet).length
  if (keys > 0) notes.writesElsewhere.push({ ...callee, keys })
  notes.calleeEvents.push(...simulator.notes.calleeEvents)
  notes.writesElsewhere.push(...simulator.notes.writesElsewhere)
}

/** `name[:version][/channel]`; the version is ignored, as by Fabric. */
function parseTarget(text: string): { name: string; channel: string } {
  const slash = text.indexOf('/')
  const channel = slash < 0 ? '' : text.slice(slash + 1)
  const nameAndVersion = slash < 0 ? text : text.slice(0, slash)
  return { name: nameAndVersion.split(':')[0] ?? '', channel }
}

function inner(
  request: ChaincodeMessage,
  type: ReturnType<ChaincodeMessage['getType']>,
  payload: Uint8Array,
  event?: ChaincodeEvent,
): Uint8Array {
  const message = new ChaincodeMessage()
  message.setType(type)
  message.setPayload(payload)
  message.setTxid(request.getTxid())
  message.setChaincodeEvent(event)
  message.setChannelId(request.getChannelId())
  return message.serializeBinary()
}
