import { Metadata, status, type ServiceError } from '@grpc/grpc-js'
import { ErrorDetail } from '../protos/clients.ts'
import { field, varint } from '../protos/fields.ts'

export { status }

/** What one endorser or orderer answered. */
export interface RpcDetail {
  address: string
  mspId: string
  message: string
}

/** A gRPC status instead of an answer, in Fabric's words. */
export class RpcError extends Error {
  readonly code: status
  readonly details: readonly RpcDetail[]

  constructor(code: status, message: string, details: readonly RpcDetail[] = []) {
    super(message)
    this.code = code
    this.details = details
  }
}

const DETAILS_KEY = 'grpc-status-details-bin'
const MESSAGE_KEY = 'grpc-message'

/** As grpc-js sends it. Anything else than an RpcError has the code UNKNOWN, as in Go. */
export function serviceError(error: unknown): ServiceError {
  const { code, message, details } =
    error instanceof RpcError
      ? error
      : new RpcError(status.UNKNOWN, error instanceof Error ? error.message : String(error))
  const metadata = new Metadata()
  metadata.set(MESSAGE_KEY, percentEncoded(message))
  if (details.length > 0) metadata.set(DETAILS_KEY, Buffer.from(rpcStatus(code, message, details)))
  return Object.assign(new Error(message), { code, details: message, metadata })
}

/**
 * As grpc-go writes a message into its header: grpc-js would encode spaces too, and clients compare these texts
 * (google.golang.org/grpc v1.7x, internal/transport/http_util.go, encodeGrpcMessage).
 */
function percentEncoded(message: string): string {
  return [...Buffer.from(message)]
    .map((byte) =>
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')
}

/** A google.rpc.Status with a gateway.ErrorDetail for each. fabric-gateway takes every detail for one of these. */
function rpcStatus(code: status, message: string, details: readonly RpcDetail[]): Uint8Array {
  return Buffer.concat([
    varint(1, code),
    field(2, Buffer.from(message)),
    ...details.map((detail) => field(3, anyOf('gateway.ErrorDetail', errorDetail(detail)))),
  ])
}

function errorDetail({ address, mspId, message }: RpcDetail): Uint8Array {
  const detail = new ErrorDetail()
  detail.setAddress(address)
  detail.setMspId(mspId)
  detail.setMessage(message)
  return detail.serializeBinary()
}

/** A google.protobuf.Any. */
function anyOf(type: string, value: Uint8Array): Uint8Array {
  return Buffer.concat([field(1, Buffer.from(`type.googleapis.com/${type}`)), field(2, value)])
}
