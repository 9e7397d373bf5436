import { PeerError } from '../contract/error.ts'
import type { TxSimulator } from '../ledger/ledger.ts'
import { ChaincodeInput, ChaincodeMessage, ChaincodeSpec } from '../protos/index.ts'
import type { Execution } from './handler.ts'
import type { RequestHandler } from './request-handler.ts'
import type { TransactionParams } from './transaction-params.ts'

/** What INVOKE_CHAINCODE needs of the peer. */
export interface Callee {
  /** Whether a chaincode of that name is open, or runs in the peer. */
  knows(name: string): boolean
  /** A simulator on another channel's ledger; undefined where this peer has no such channel. */
  simulatorOn(channel: string, txId: string): TxSimulator | undefined
  execute(params: TransactionParams, input: ChaincodeInput, signal: AbortSignal): Promise<Execution>
}

/**
 * INVOKE_CHAINCODE (Fabric core/chaincode/handler.go, HandleInvokeChaincode). On the same channel the callee shares
 * the caller's simulator and writes under its own namespace; on another channel it has one of its own, whose
 * writes are dropped. The callee's answer, error status included, travels inside the RESPONSE; its event is lost.
 * When the caller's transaction ends before the callee has answered, so does the callee's.
 */
export function invokeChaincode(callee: Callee): RequestHandler {
  return async (request, tx) => {
    const spec = ChaincodeSpec.deserializeBinary(request.getPayload_asU8())
    const target = parseTarget(spec.getChaincodeId()?.getName() ?? '')
    const channel = target.channel === '' ? tx.params.channelId : target.channel
    const elsewhere = channel !== tx.params.channelId
    const simulator = elsewhere ? callee.simulatorOn(channel, tx.params.txId) : tx.params.simulator
    if (simulator === undefined) throw new Error(`Failed to get policy manager for channel [${channel}]`)
    try {
      if (!callee.knows(target.name)) {
        const text = `[channel ${channel}] failed to get chaincode container info for ${target.name}: chaincode ${target.name} not found`
        throw new Error(`execute failed: invalid invocation: ${text}`)
      }
      const params = { ...tx.params, channelId: channel, namespaceId: target.name, simulator, isInit: false }
      const { response } = await callee.execute(params, spec.getInput() ?? new ChaincodeInput(), tx.signal)
      return inner(request, ChaincodeMessage.Type.COMPLETED, response.serializeBinary())
    } catch (error) {
      if (!(error instanceof PeerError)) throw error
      if (error.code === 'TRANSACTION_FAILED') {
        return inner(request, ChaincodeMessage.Type.ERROR, Buffer.from(error.parts.why))
      }
      const what = error.code === 'TXID_EXISTS' ? `error sending: ${error.parts.what}` : error.message
      throw new Error(`execute failed: ${what}`, { cause: error })
    } finally {
      if (elsewhere) simulator.done()
    }
  }
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
): Uint8Array {
  const message = new ChaincodeMessage()
  message.setType(type)
  message.setPayload(payload)
  message.setTxid(request.getTxid())
  message.setChannelId(request.getChannelId())
  return message.serializeBinary()
}
