import { PeerError } from '../contract/error.ts'
import type { CallResult } from '../contract/call.ts'
import { buildProposal } from '../endorser/proposal.ts'
import { ERROR_THRESHOLD } from '../endorser/endorser.ts'
import { EndorseRequest, EndorserService, GatewayService } from '../protos/clients.ts'
import { ChaincodeInput } from '../protos/index.ts'
import * as messages from '../protos/lifecycle.ts'
import { sourceOf } from '../scc/lifecycle/approvals.ts'
import { definitionOf, describe, type ChaincodeDefinition, type Described } from '../scc/lifecycle/definition.ts'
import { networkError } from './network-error.ts'
import { order } from './network-calls.ts'
import { endsOf, type Network } from './network.ts'

const LIFECYCLE = '_lifecycle'
const USUAL_MS = 30_000
/** A peer may build what it installs. */
const INSTALL_MS = 300_000

/** How a transaction ended. */
export type Committed = Pick<CallResult, 'txId'> & Required<Pick<CallResult, 'validationCode' | 'blockNumber'>>

/** A definition with the name of its chaincode. */
export type Defined = ChaincodeDefinition & { name: string }

/** A network's `_lifecycle`, for one channel. All throw NETWORK_REFUSED, NETWORK_UNREACHABLE, NETWORK_TIMEOUT. */
export interface LifecycleCalls {
  /** Package ids on the peer. Administrators only. */
  installed(): Promise<string[]>
  install(bytes: Uint8Array): Promise<void>
  /** Undefined if the channel doesn't have it. */
  committed(name: string): Promise<{ definition: ChaincodeDefinition; approvals: Record<string, boolean> } | undefined>
  /** What this organisation agreed to; undefined if it hasn't, or doesn't tell this identity. */
  approved(name: string, sequence: number): Promise<{ definition: ChaincodeDefinition; packageId: string } | undefined>
  /** Who agreed to it, by MSP id. */
  readiness(defined: Defined): Promise<Record<string, boolean>>
  approve(defined: Defined, packageId: string): Promise<Committed>
  commit(defined: Defined, endorsers: readonly string[]): Promise<Committed>
}

interface Message {
  serializeBinary(): Uint8Array
}

export function lifecycleCalls(network: Network, channel: string, signal?: AbortSignal): LifecycleCalls {
  const query = (fn: string, args: Message, on = channel, usualMs = USUAL_MS) =>
    processed(network, on, [fn, args], usualMs, signal)
  const submit = (fn: string, args: Message, endorsers: readonly string[]) =>
    submitted(network, channel, [fn, args], endorsers, signal)
  return {
    async installed() {
      const answer = await query('QueryInstalledChaincodes', new messages.QueryInstalledChaincodesArgs(), '')
      const { QueryInstalledChaincodesResult } = messages
      const result = QueryInstalledChaincodesResult.deserializeBinary(answer)
      return result.getInstalledChaincodesList().map((each) => each.getPackageId())
    },
    async install(bytes) {
      const args = new messages.InstallChaincodeArgs()
      args.setChaincodeInstallPackage(bytes)
      await query('InstallChaincode', args, '', INSTALL_MS)
    },
    async committed(name) {
      const args = new messages.QueryChaincodeDefinitionArgs()
      args.setName(name)
      const answer = await query('QueryChaincodeDefinition', args).catch(unlessSaying(/is not defined/))
      if (answer === undefined) return undefined
      const result = messages.QueryChaincodeDefinitionResult.deserializeBinary(answer)
      return { definition: definitionOf(result), approvals: Object.fromEntries(result.getApprovalsMap().entries()) }
    },
    async approved(name, sequence) {
      const args = new messages.QueryApprovedChaincodeDefinitionArgs()
      args.setName(name)
      args.setSequence(sequence)
      const answer = await query('QueryApprovedChaincodeDefinition', args).catch(unlessSaying(/./))
      if (answer === undefined) return undefined
      const result = messages.QueryApprovedChaincodeDefinitionResult.deserializeBinary(answer)
      const packageId = result.getSource()?.getLocalPackage()?.getPackageId() ?? ''
      return { definition: definitionOf(result), packageId }
    },
    async readiness(defined) {
      const answer = await query('CheckCommitReadiness', fill(new messages.CheckCommitReadinessArgs(), defined))
      const result = messages.CheckCommitReadinessResult.deserializeBinary(answer)
      return Object.fromEntries(result.getApprovalsMap().entries())
    },
    approve(defined, packageId) {
      const args = fill(new messages.ApproveChaincodeDefinitionForMyOrgArgs(), defined)
      args.setSource(sourceOf(packageId))
      // Only its own peers write into the collection of an organisation.
      return submit('ApproveChaincodeDefinitionForMyOrg', args, [network.identity.mspId])
    },
    commit(defined, endorsers) {
      const args = fill(new messages.CommitChaincodeDefinitionArgs(), defined)
      return submit('CommitChaincodeDefinition', args, endorsers)
    },
  }
}

/** Whether this is the network's refusal, and not that it can't be reached. */
export function isRefusal(error: unknown): error is PeerError<'NETWORK_REFUSED'> {
  return error instanceof PeerError && error.code === 'NETWORK_REFUSED'
}

function unlessSaying(words: RegExp): (error: unknown) => undefined {
  return (error) => {
    if (isRefusal(error) && words.test(error.details.message)) return undefined
    throw error
  }
}

type Call = readonly [fn: string, args: Message]

function proposalOf({ identity }: Network, channel: string, [fn, args]: Call) {
  const input = new ChaincodeInput()
  input.setArgsList([Buffer.from(fn), args.serializeBinary()])
  return buildProposal({ channel, chaincode: LIFECYCLE, input, transient: new Map() }, identity)
}

/** Executed by the peer alone: the queries, and what belongs to a peer. Resolves with the payload. */
async function processed(
  network: Network,
  channel: string,
  call: Call,
  usualMs: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const { signedProposal } = proposalOf(network, channel, call)
  const { client, name } = network
  const ends = endsOf(network, usualMs, signal)
  let answer
  try {
    answer = await client.call(EndorserService.processProposal, signedProposal, ends)
  } catch (error) {
    throw networkError(error, { network, step: `answer ${call[0]}`, deadlineMs: ends.deadlineMs })
  }
  const response = answer.getResponse()
  const status = response?.getStatus() ?? 0
  if (status < ERROR_THRESHOLD) return response?.getPayload_asU8() ?? new Uint8Array()
  throw new PeerError('NETWORK_REFUSED', {
    network: name,
    address: client.address,
    status: `status ${status}`,
    message: response?.getMessage() ?? '',
    details: [],
  })
}

/** Endorsed by the peers of these organisations, which the peer's Gateway knows, and ordered. */
async function submitted(
  network: Network,
  channel: string,
  call: Call,
  endorsers: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Committed> {
  const { txId, signedProposal } = proposalOf(network, channel, call)
  const request = new EndorseRequest()
  request.setTransactionId(txId)
  request.setChannelId(channel)
  request.setProposedTransaction(signedProposal)
  request.setEndorsingOrganizationsList([...endorsers])
  const ends = endsOf(network, USUAL_MS, signal)
  let envelope
  try {
    envelope = (await network.client.call(GatewayService.endorse, request, ends)).getPreparedTransaction()
  } catch (error) {
    throw networkError(error, { network, step: `endorse ${call[0]}`, deadlineMs: ends.deadlineMs })
  }
  return { txId, ...(await order(network, { envelope, txId, channel }, signal)) }
}

function fill<T extends Described & { setName(value: string): unknown }>(args: T, defined: Defined): T {
  args.setName(defined.name)
  return describe(args, defined)
}
