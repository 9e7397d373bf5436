import { namesOf } from '../protos/enum-names.ts'
import { Status, SubmitResponse, type SubmitRequest } from '../protos/clients.ts'
import { broadcast, type BroadcastParts } from './broadcast.ts'
import { invalid } from './gateway-proposal.ts'
import { status, RpcError } from '../comm/rpc-error.ts'

const statusName = namesOf(Status)

/**
 * gateway.Gateway/Submit (Fabric v2.5.16 internal/pkg/gateway/submit.go): answered once an orderer has taken the
 * transaction. Of the request's own fields only the channel counts, by which orderers are looked up.
 */
export function submit(request: SubmitRequest, parts: BroadcastParts): SubmitResponse {
  const envelope = request.getPreparedTransaction()
  if (envelope === undefined) throw invalid('a prepared transaction is required')
  if (envelope.getSignature_asU8().length === 0) throw invalid('prepared transaction must be signed')
  const channel = request.getChannelId()
  if (!parts.hasChannel(channel)) {
    const text = `failed to get config for channel [${channel}]: could not get last config for channel ${channel}`
    throw new RpcError(status.FAILED_PRECONDITION, text)
  }
  const { status: answer, info } = broadcast(envelope, parts)
  if (answer === Status.SUCCESS) return new SubmitResponse()
  const text = `received unsuccessful response from orderer: status=${statusName(answer)}, info=${info}`
  throw new RpcError(status.ABORTED, text)
}
