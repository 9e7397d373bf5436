import { messageOf } from '../contract/error-message.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { CommitStatusRequest, CommitStatusResponse, type SignedCommitStatusRequest } from '../protos/clients.ts'
import { reader } from '../protos/unmarshal.ts'
import type { CallContext } from '../comm/client-server.ts'
import { invalid } from './gateway-proposal.ts'
import { rewound, type NewBlocks } from './new-blocks.ts'
import { status, RpcError } from '../comm/rpc-error.ts'
import type { AccessControl } from './signed-data.ts'

export interface CommitStatusParts {
  find(channel: string): Ledger | undefined
  access: AccessControl
  blocks: NewBlocks
}

const readRequest = reader(CommitStatusRequest, { 1: true, 2: true })

/**
 * gateway.Gateway/CommitStatus (Fabric v2.5.16 internal/pkg/gateway/commitstatus.go): waits until a block has the
 * transaction, for as long as the client does. Any reader of the channel may ask for any transaction.
 */
export async function commitStatus(
  signed: SignedCommitStatusRequest,
  { signal }: Pick<CallContext, 'signal'>,
  { find, access, blocks }: CommitStatusParts,
): Promise<CommitStatusResponse> {
  const data = signed.getRequest_asU8()
  if (data.length === 0) throw invalid('a commit status request is required')
  let request: InstanceType<typeof CommitStatusRequest>
  try {
    request = readRequest(data)
  } catch (error) {
    throw invalid(`invalid status request: ${messageOf(error)}`)
  }
  const channel = request.getChannelId()
  const identity = request.getIdentity_asU8()
  const refusal = access.refusal(channel, 'Readers', { identity, data, signature: signed.getSignature_asU8() })
  const ledger = find(channel)
  if (refusal !== undefined || ledger === undefined) throw new RpcError(status.PERMISSION_DENIED, refusal ?? '')
  const moves = ledger.undo.moves()
  for (;;) {
    if (ledger.undo.moves() !== moves) throw rewound(channel)
    const height = ledger.height()
    const place = ledger.blocks.place(request.getTransactionId())
    if (place !== undefined) return committed(place)
    await blocks.above(channel, height, signal)
  }
}

function committed({ block, code }: { block: number; code: number }): CommitStatusResponse {
  const response = new CommitStatusResponse()
  response.setResult(code as Parameters<typeof response.setResult>[0])
  response.setBlockNumber(block)
  return response
}
