import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import { admitProposal, type AdmissionParts, type Admitted } from '../endorser/admit-proposal.ts'
import { endorserText } from '../endorser/endorser-text.ts'
import { now } from '../facts/clock.ts'
import type { ClientCalls } from '../gateway/client-calls.ts'
import type { GatewayParts } from '../gateway/gateway-parts.ts'
import type { Call } from '../gateway/simulate-call.ts'
import { creatorOf, read, timeOf } from '../endorser/unpack-proposal.ts'
import { checkExpiry, checkTime } from '../endorser/validate-proposal.ts'
import type { SignedProposal } from '../protos/index.ts'
import type { UnaryContext } from '../comm/client-server.ts'
import { status, RpcError, type RpcDetail } from '../comm/rpc-error.ts'

/** What the gateway of an organisation's peer works with. */
export interface GatewayPeer extends GatewayParts {
  /** Whose peer it is. */
  mspId: string
  admission: AdmissionParts
  clientCalls: ClientCalls
  /** As EndorserParts has it. */
  timeWindow: number | undefined
  hasChannel(channel: string): boolean
  /** Whether the channel has a chaincode of this name that is open here, or that is part of every peer. */
  isDefined(chaincode: string, channel: string): boolean
  /** Where clients reach the peer of an organisation. */
  addressOf(mspId: string): string
}

/** What a gateway reads of a proposal before any endorser does. Each part is '' if it is missing. */
export interface ProposalTarget {
  channel: string
  chaincode: string
  hasTransient: boolean
  /** Fabric's text for the first part that is missing. */
  missing: string | undefined
}

/**
 * The chaincode that a gateway looks up. It is executed by the name in the header, which may be another
 * (v2.5.16 internal/pkg/gateway/apiutils.go, getChannelAndChaincodeFromSignedProposal).
 * @throws Error with Fabric's text if a part is malformed
 */
function targetOf(signedProposal: SignedProposal): ProposalTarget {
  const proposal = read('Proposal', signedProposal.getProposalBytes_asU8())
  const header = read('Header', proposal.getHeader_asU8())
  const channel = read('ChannelHeader', header.getChannelHeader_asU8()).getChannelId()
  const payload = read('ChaincodeProposalPayload', proposal.getPayload_asU8())
  const spec = read('ChaincodeInvocationSpec', payload.getInput_asU8()).getChaincodeSpec()
  const chaincodeId = spec?.getChaincodeId()
  const chaincode = chaincodeId?.getName() ?? ''
  const hasTransient = payload.getTransientmapMap().getLength() > 0
  const missing = () => {
    if (channel === '') return 'no channel id provided'
    if (spec === undefined) return `no chaincode spec is provided, channel id [${channel}]`
    if (chaincodeId === undefined) return `no chaincode id is provided, channel id [${channel}]`
    return chaincode === '' ? `no chaincode name is provided, channel id [${channel}]` : undefined
  }
  return { channel, chaincode, hasTransient, missing: missing() }
}

/** The same, with what is malformed as a status. `prefix`: before Fabric's text. */
export function readTarget(signedProposal: SignedProposal, prefix = ''): ProposalTarget {
  try {
    return targetOf(signedProposal)
  } catch (error) {
    throw invalid(`${prefix}${messageOf(error)}`)
  }
}

/**
 * The endorser's checks, as a gateway passes on what they refuse: `refused` makes the status of it. Since Fabric 3 its
 * own endorser is behind the filters of the Endorser service too (internal/peer/node/start.go).
 */
export function admittedBy(
  signedProposal: SignedProposal,
  peer: GatewayPeer,
  refused: (text: string) => RpcError,
): Admitted {
  let admitted: ReturnType<typeof admitProposal>
  try {
    if (peer.timeWindow !== undefined) {
      checkExpiry(creatorOf(signedProposal), peer.admission.msps)
      checkTime(timeOf(signedProposal), peer.timeWindow)
    }
    admitted = admitProposal(signedProposal, peer.admission)
  } catch (error) {
    throw refused(messageOf(error))
  }
  if ('text' in admitted) throw refused(admitted.text)
  return admitted
}

/**
 * Where others wait, verifies a proposal's signature on another thread, so that the checks recognise it, which wait for
 * nothing: a quarter of an evaluate's time. To be called before them; whatever is wrong, they say.
 */
export async function knowSignature(
  signedProposal: SignedProposal,
  { admission: { msps } }: GatewayPeer,
  { hasCompany }: Pick<UnaryContext, 'hasCompany'>,
): Promise<void> {
  if (!hasCompany) return
  try {
    const identity = msps.deserialize(creatorOf(signedProposal))
    if (identity.problem !== undefined) return
    await identity.verifyAside(signedProposal.getProposalBytes_asU8(), signedProposal.getSignature_asU8())
  } catch {
    // Said by the checks, in their order.
  }
}

/** The text of an endorser that couldn't execute a call. */
export function failureText(error: unknown, { definition }: Pick<Call, 'definition'>, txId: string): string {
  if (!(error instanceof PeerError)) return `error in simulation: ${messageOf(error)}`
  return endorserText(PeerError.from(error), { txId, channel: definition.channel })
}

export function detailOf(peer: GatewayPeer, mspId: string, message: string): RpcDetail {
  return { address: peer.addressOf(mspId), mspId, message }
}

/** Enter a failure in the call's record, and pass it on. */
export function failedCall({ running, startedAt }: Call, error: unknown): void {
  running?.failed(error, now() - startedAt)
}

export function invalid(message: string): RpcError {
  return new RpcError(status.INVALID_ARGUMENT, message)
}
